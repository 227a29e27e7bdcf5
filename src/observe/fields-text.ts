const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Everything that could end a line, drive the terminal or change the direction of the text is shown as an
 * escape: a message may hold what a stranger sent.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Fields as ` key=value key=value` for people: one line, nested ones as `error.code=…`. */
export function renderFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([key, value]) => renderField(key, value))
    .join('');
}

function renderField(key: string, value: unknown): string {
  if (isRecord(value)) {
    const entries = Object.entries(value);
    if (entries.length > 0)
      return entries.map(([name, item]) => renderField(`${key}.${name}`, item)).join('');
  }
  return ` ${renderKey(key)}=${renderValue(value)}`;
}

function renderKey(key: string): string {
  return isPlain(key) ? key : escapeControls(JSON.stringify(key));
}

function renderValue(value: unknown): string {
  if (typeof value === 'string' && isPlain(value)) return value;
  return escapeControls(JSON.stringify(value) ?? '');
}

/** Where it ends can be seen without quotes. */
function isPlain(text: string): boolean {
  return /^[^\s"'=\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+$/.test(text);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
