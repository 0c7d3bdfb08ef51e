export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether both say the same; the order of an object's keys says nothing. */
export const isSameJson = (one: Json | undefined, other: Json | undefined): boolean => inOrder(one) === inOrder(other);

const inOrder = (value: Json | undefined): string | undefined =>
  JSON.stringify(value, (_key, part: Json) => (isObject(part) ? Object.fromEntries(sorted(part)) : part));

const sorted = (value: JsonObject) => Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
