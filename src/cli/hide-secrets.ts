const SECRET_NAME =
  /(_API_KEY|_API_SECRET|_API_TOKEN|_WEBHOOK_SECRET|_WEBHOOK_PASSWORD|_DATABASE_URL|_CODEC_TOKEN|_ENCRYPTION_KEYS)(__[A-Z0-9_]+)?$|^(TEMPORAL_API_KEY|PGPASSWORD|LEDGER_POSTGRES_PASSWORD)$/;
const SHORTEST = 4;

/** The text without any secret of the environment: the last fence, should somebody's error message repeat one. */
export function hideSecrets(text: string, env: Readonly<Record<string, string | undefined>> = process.env): string {
  return secretsOf(env).reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name)
      ? [value, ...passwordsOf(value), ...keysOf(name, value)].filter(isWorthHiding)
      : [],
  );
}

/** The password of a URL, as it is written and as it is meant. */
function passwordsOf(value: string): readonly string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/** The keys of a list of them, without their ids. */
const keysOf = (name: string, value: string): readonly string[] =>
  name.endsWith('_ENCRYPTION_KEYS') ? value.split(',').map((entry) => entry.replace(/^[^:]*:/, '').trim()) : [];

const isWorthHiding = (secret: string): boolean => secret.length >= SHORTEST;
