import { suggest } from '../config/suggest.ts';
import { COMMANDS, type Command, DEFAULT_COMMAND } from './commands.ts';
import { COMMON_FLAGS, type FlagTable, OVERRIDE_FLAGS } from './flags.ts';
import { findFlag } from './match-flag.ts';
import { UsageError } from './usage-error.ts';

/** What the words of a command line name, and the arguments that are left without those words. */
export interface Found {
  /** Undefined for the program itself, or a word such as `config` that several verbs begin with. */
  readonly command: Command | undefined;
  /** The words found: empty, `run`, `config`, `config show`. */
  readonly name: string;
  readonly rest: readonly string[];
}

/** The old form of `generate-config`. */
const LEGACY_GENERATE_CONFIG = /^--generate[-_]config$/;

/** Operators try these; "did you mean" would lead them astray. */
const COMMANDS_TO_COME: ReadonlySet<string> = new Set(['service', 'install', 'uninstall']);

/** The verbs' names are known before any of their flags, so these tell which flags take the next word. */
const FLAGS_BEFORE_VERB: FlagTable = { ...COMMON_FLAGS, ...OVERRIDE_FLAGS };

/**
 * Finds the verb, before or after flags. No verb is `run`, but only `server` with flags or nothing: a word
 * that is no verb is a mistake. Throws `UsageError`.
 */
export function findCommand(args: readonly string[]): Found {
  const words = COMMANDS.map(({ name }) => name);
  const rest = [...args];
  let name = '';
  let from = 0;
  for (;;) {
    const candidates = words.filter((word) => name === '' || word.startsWith(`${name} `));
    const next = new Set(
      candidates.map((word) => word.slice(name === '' ? 0 : name.length + 1).split(' ')[0] as string),
    );
    const index = findWord(rest, from, next);
    if (index === undefined) break;
    name = [name, rest[index]].filter(Boolean).join(' ');
    rest.splice(index, 1);
    from = index;
    const command = COMMANDS.find((each) => each.name === name);
    if (command !== undefined) return { command, name, rest };
  }
  return name === '' ? findLegacy(rest) : { command: undefined, name, rest };
}

export function verbsBelow(name: string): Command[] {
  return COMMANDS.filter((command) => name === '' || command.name.startsWith(`${name} `));
}

function findLegacy(rest: readonly string[]): Found {
  const name = rest.some((token) => LEGACY_GENERATE_CONFIG.test(token)) ? 'generate-config' : DEFAULT_COMMAND;
  return {
    command: COMMANDS.find((command) => command.name === name),
    name,
    rest: rest.filter((token) => !LEGACY_GENERATE_CONFIG.test(token)),
  };
}

/** Where the next word of a verb stands. A word that is none is an error, unless it can be a flag's value. */
function findWord(args: readonly string[], from: number, words: ReadonlySet<string>): number | undefined {
  for (let i = from; i < args.length; i++) {
    const token = args[i] as string;
    if (token === '--') return undefined;
    if (token.startsWith('-') && token !== '-') {
      if (takesNextWord(token)) i += 1;
      continue;
    }
    if (words.has(token)) return i;
    if (isUnknownFlag(args[i - 1])) continue;
    if (COMMANDS_TO_COME.has(token)) {
      throw new UsageError(`"${token}" is not available in this version`, 'ERR_NOT_AVAILABLE');
    }
    const near = suggest(token, words);
    throw new UsageError(`unknown command "${token}"${near ? `; did you mean "${near}"?` : ''}`);
  }
  return undefined;
}

function takesNextWord(token: string): boolean {
  const match = findFlag(token, FLAGS_BEFORE_VERB);
  return match !== undefined && match.value === undefined && match.flag.type === 'string';
}

function isUnknownFlag(token: string | undefined): boolean {
  return (
    token?.startsWith('-') === true &&
    !token.includes('=') &&
    findFlag(token, FLAGS_BEFORE_VERB) === undefined
  );
}
