import { isIPv6 } from 'node:net';
import { UsageError } from '../usage-error.ts';

/** Where the messages go: an address, or a Unix socket. */
export type Target = { readonly host: string; readonly port: number } | { readonly path: string };

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8443;

/** `HOST:PORT`, `HOST`, `:PORT`, `[::1]:PORT`, `::1`, or the absolute path of a Unix socket. */
export function parseTarget(text: string): Target {
  if (text.startsWith('/')) return { path: text };
  if (isIPv6(text)) return { host: text, port: DEFAULT_PORT };
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const isHost = bracketed === undefined ? host !== undefined : isIPv6(bracketed);
  const number = Number(port ?? DEFAULT_PORT);
  if (!isHost || text === '' || number < 1 || number > 65535) {
    throw new UsageError(`--to needs HOST:PORT, such as ${DEFAULT_HOST}:${DEFAULT_PORT}; it got "${text}"`);
  }
  return { host: host || DEFAULT_HOST, port: number };
}

export function formatTarget(target: Target): string {
  if ('path' in target) return target.path;
  return isIPv6(target.host) ? `[${target.host}]:${target.port}` : `${target.host}:${target.port}`;
}
