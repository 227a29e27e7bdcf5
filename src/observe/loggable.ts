/** Deeper, wider or longer values are for a debugger, not for a log. */
const DEPTH_MAX = 6;
const ENTRIES_MAX = 100;
const VALUES_MAX = 2000;
const STRING_LENGTH_MAX = 64 * 1024;

/** A bounded copy of the fields of a message that JSON can hold: no circles, no getters, nothing huge. */
export function toLoggable(fields: object): Record<string, unknown> {
  const copy = new Copier().copy(fields);
  return typeof copy === 'object' && copy !== null && !Array.isArray(copy)
    ? (copy as Record<string, unknown>)
    : { value: copy };
}

/** Errors of ours and of the system say by their code what happened; for all others the stack is what helps. */
function describeError(error: Error): Record<string, unknown> {
  const { code, cause } = error as NodeJS.ErrnoException;
  const isExpected = typeof code === 'string' && code !== 'ERR_ASSERTION' && !isMistake(error);
  return {
    ...(code !== undefined && { code }),
    message: error.message,
    ...(!isExpected && typeof error.stack === 'string' && { stack: error.stack }),
    ...(cause !== undefined && { cause }),
  };
}

/** Node gives its own TypeErrors a code as well. */
function isMistake(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error instanceof type);
}

class Copier {
  #ancestors: object[] = [];
  #count = 0;

  copy(value: unknown): unknown {
    this.#count += 1;
    switch (typeof value) {
      case 'string':
        return value.length <= STRING_LENGTH_MAX
          ? value
          : `${value.slice(0, STRING_LENGTH_MAX)}… (${value.length - STRING_LENGTH_MAX} more characters)`;
      case 'number':
        return Number.isFinite(value) ? value : String(value);
      case 'bigint':
        // A JSON number would lose its last digits in most readers.
        return String(value);
      case 'symbol':
        return String(value);
      case 'function':
        return `[function ${value.name}]`;
      case 'object':
        return value === null ? null : this.#copyObject(value);
      default:
        return value;
    }
  }

  #copyObject(value: object): unknown {
    if (this.#ancestors.includes(value)) return '[circular]';
    if (this.#ancestors.length >= DEPTH_MAX || this.#count > VALUES_MAX) return '[…]';
    this.#ancestors.push(value);
    try {
      return this.#copyEntries(value);
    } catch (error) {
      return `[unreadable: ${error instanceof Error ? error.message : 'thrown by the value'}]`;
    } finally {
      this.#ancestors.pop();
    }
  }

  #copyEntries(value: object): unknown {
    if (value instanceof Error) return this.#copyRecord(describeError(value));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.#copyArray([...value]);
    if (value instanceof Set) return this.#copyArray([...value]);
    if ('toJSON' in value && typeof value.toJSON === 'function') return this.copy(value.toJSON());
    return Array.isArray(value) ? this.#copyArray(value) : this.#copyRecord(value);
  }

  #copyArray(values: readonly unknown[]): unknown[] {
    const copy = values.slice(0, ENTRIES_MAX).map((value) => this.copy(value));
    if (values.length > ENTRIES_MAX) copy.push(`… (${values.length - ENTRIES_MAX} more)`);
    return copy;
  }

  #copyRecord(value: object): Record<string, unknown> {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    const copy = entries.slice(0, ENTRIES_MAX).map(([key, item]) => [key, this.copy(item)] as const);
    if (entries.length > ENTRIES_MAX) copy.push(['…', `${entries.length - ENTRIES_MAX} more`]);
    return Object.fromEntries(copy);
  }
}
