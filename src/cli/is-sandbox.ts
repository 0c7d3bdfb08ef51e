/** Whether a base URL is plainly no live one: this machine, or a host that calls itself a sandbox. */
export function isSandbox(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return /^(localhost|127\.[\d.]+|\[::1\])$|\b(sandbox|staging|test)\b/.test(hostname);
}
