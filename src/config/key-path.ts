/** Where a value is in the tree: names of tables and keys, and positions in lists. */
export type KeyPath = readonly (string | number)[];

/** `['listeners', 0, 'port']` → `listeners[0].port` */
export function formatKey(path: KeyPath): string {
  let key = '';
  for (const step of path) {
    if (typeof step === 'number') key += `[${step}]`;
    else key += (key && '.') + (/^[A-Za-z0-9_-]+$/.test(step) ? step : JSON.stringify(step));
  }
  return key;
}

/** `listeners[0].port` and `listeners.0.port` → `['listeners', 0, 'port']` */
export function parseKey(key: string): KeyPath {
  return key
    .replace(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** A JSON pointer as ajv writes it; numeric steps are positions in lists, since no key is a number. */
export function parsePointer(pointer: string): KeyPath {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}
