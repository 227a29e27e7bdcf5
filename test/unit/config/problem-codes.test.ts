import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccounts } from '../../../src/config/check/accounts.ts';
import { checkConfig } from '../../../src/config/check.ts';
import { fillDefaults } from '../../../src/config/defaults.ts';
import { FILE_BYTES_MAX, parseDocument } from '../../../src/config/parse.ts';
import { PROBLEM_CODES, type ProblemCode } from '../../../src/config/problem-codes.ts';
import { resolveSecrets } from '../../../src/config/secrets.ts';
import { writeCertificate } from '../../fixtures/config/certificates.ts';
import { MISTAKES } from '../../fixtures/config/mistakes.ts';
import { checkLockedFolders } from '../../fixtures/config/other-user.ts';
import { loadText, problemsOf, scratchFolder } from '../../fixtures/config/scratch.ts';

type Told = readonly { readonly code: string }[] | Promise<readonly { readonly code: string }[]>;

const folder = scratchFolder();
const good = writeCertificate(folder, 'good');
const other = writeCertificate(folder, 'other');
const old = writeCertificate(folder, 'old', { fromDays: -9, untilDays: -1 });
const late = writeCertificate(folder, 'late', { untilDays: 3 });

const load = (text: string, options = {}): Told => problemsOf(loadText(folder, text, options));
const check = async (text: string): Promise<Awaited<Told>> => checkConfig(await loadText(folder, text));
const pair = (cert: string, key: string) => check(`[tls]\ncert_file = "${cert}"\nkey_file = "${key}"\n`);
const plain = (more: string) => check(`[tls]\nenabled = false\n${more}`);
const example = (code: ProblemCode): Told => load(MISTAKES.find((mistake) => mistake.code === code)!.text);
const listen = '[[listeners]]\ntls = false\nname = "a"\nport = 1\n';

/** One way to each code. */
const WAYS: Readonly<Record<ProblemCode, () => Told>> = {
  CFG0101: () => example('CFG0101'),
  CFG0102: () => example('CFG0102'),
  CFG0103: () => example('CFG0103'),
  CFG0104: () => example('CFG0104'),
  CFG0105: () => parseDocument(Buffer.from([0xff]), 'x').problems,
  CFG0106: () => parseDocument(Buffer.alloc(FILE_BYTES_MAX + 1, '#'), 'x').problems,
  CFG0107: () => example('CFG0107'),
  CFG0108: () => load('', { file: join(folder, 'no.toml') }),
  CFG0109: () => load('', { env: { SERVER__X: '1' } }),
  CFG0110: () => load('', { flags: { x: 1 } }),
  CFG0111: () => load('', { env: { SERVER__LISTENERS__5__PORT: '1' } }),
  CFG0112: () => example('CFG0112'),
  CFG0113: () => load('', { envFile: 'no.env' }),
  CFG0201: () => example('CFG0201'),
  CFG0202: () => example('CFG0202'),
  CFG0203: () => example('CFG0203'),
  CFG0204: () => example('CFG0204'),
  CFG0205: () => example('CFG0205'),
  CFG0206: () => example('CFG0206'),
  CFG0207: () => example('CFG0207'),
  CFG0208: () => example('CFG0208'),
  CFG0210: () =>
    resolveSecrets({ auth: { admin_token: { env: 'X' } } }, [['auth', 'admin_token']], { env: {}, folder }),
  CFG0301: () => example('CFG0301'),
  CFG0302: () => example('CFG0302'),
  CFG0303: () => load('', { env: { DATABASE_URL: 'x' } }),
  CFG0304: () => load('', { env: { LOG_LEVEL: 'x' } }),
  CFG0401: () => plain('[network]\nbind_address = "1.2"\n'),
  CFG0402: () => plain('[network]\nbind_address = "203.0.113.7"\n'),
  CFG0403: () => plain('[network]\nbind_address = "::1"\nipv6_enabled = false\n'),
  CFG0404: () => plain(`[network]\nport = 1\n${listen}`),
  CFG0405: () => plain(listen + listen),
  CFG0406: () => plain('[network]\nbind_address = "0.0.0.0"\n'),
  CFG0411: () => check(''),
  CFG0412: () => check('[tls]\ncert_file = "good.crt"\n'),
  CFG0413: () => pair('no.crt', 'no.key'),
  CFG0414: () => {
    writeFileSync(join(folder, 'text'), '');
    return pair('text', 'text');
  },
  CFG0415: () => pair(good.certFile, other.keyFile),
  CFG0416: () => pair(old.certFile, old.keyFile),
  CFG0417: () => pair(late.certFile, late.keyFile),
  CFG0421: () => checkLockedFolders(join(folder, 'locked')).map(([code]) => ({ code })),
  CFG0422: () => plain('[storage]\ndata_dir = "good.crt"\n'),
  CFG0431: () => checkAccounts(fillDefaults({ daemon: { user: 'no-such-user' } })),
  CFG0432: () => checkAccounts(fillDefaults({ daemon: { group: 'no-such-group' } })),
  CFG0433: () => checkAccounts(fillDefaults({ daemon: { user: 'daemon' } }), 12345),
  CFG0441: () => plain('[logs]\ninitial_batch_size = 5\nmax_batch_size = 4\n'),
};

for (const [code, way] of Object.entries(WAYS)) {
  test(`${code} can be reached`, async () => {
    const codes = (await way()).map((problem) => problem.code);
    assert.ok(codes.includes(code), codes.join());
  });
}

test('every code is documented', () => {
  const text = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  for (const [code, meaning] of Object.entries(PROBLEM_CODES))
    assert.ok(text.includes(`| ${code} | ${meaning} `), code);
});
