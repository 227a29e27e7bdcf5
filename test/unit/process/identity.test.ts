import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  decodeIdentity,
  encodeIdentity,
  IdentityError,
  resolveIdentity,
  runAs,
} from '../../../src/process/identity.ts';
import { permissionFlags } from '../../../src/supervisor/permissions.ts';
import { createFolder } from '../../support/folder.ts';
import { NOBODY, skipWithoutRoot } from '../../support/root.ts';

const IDENTITY = { uid: NOBODY, gid: NOBODY, groups: [NOBODY] };
const MODULE = new URL('../../../src/process/identity.ts', import.meta.url).href;

/** Runs code in a process that has become nobody, and returns what it printed. */
function runAsNobody(code: string, flags: readonly string[] = []): string {
  const program = `
    import { dropPrivileges } from ${JSON.stringify(MODULE)};
    dropPrivileges(${JSON.stringify(IDENTITY)});
    const tell = async (work) => { try { console.log(String(await work())); } catch (error) { console.log(error.code ?? error.message); } };
    ${code}`;
  const args = [...flags, '--input-type=module', '-e', program];
  return execFileSync(process.execPath, args, { encoding: 'utf8', cwd: '/' }).trim();
}

test('users and groups are taken by name or number', { skip: skipWithoutRoot }, () => {
  const daemon = { uid: 1, gid: 1, groups: [1] };
  assert.deepEqual(resolveIdentity({ user: 'daemon', group: '' }), daemon);
  assert.deepEqual(resolveIdentity({ user: '1', group: '' }), daemon);
  assert.deepEqual(resolveIdentity({ user: 'daemon', group: 'tty' }), { uid: 1, gid: 5, groups: [5, 1] });
  assert.deepEqual(resolveIdentity({ user: 'daemon', group: '5' }), { uid: 1, gid: 5, groups: [5, 1] });
  assert.equal(resolveIdentity({ user: 'root', group: '' }), undefined);
  assert.equal(resolveIdentity({ user: '', group: '' }), undefined);
});

test('names that do not exist, or look like an option, are told', { skip: skipWithoutRoot }, () => {
  for (const user of ['no-such-user', '--help', '-u', '$(id)', '']) {
    for (const group of ['no-such-group', '--help']) {
      if (user === '') continue;
      assert.throws(() => resolveIdentity({ user, group: '' }), IdentityError, user);
      assert.throws(() => resolveIdentity({ user: 'daemon', group }), /the group ".*" does not exist/);
    }
  }
});

test('an identity comes back from a command line as it was', () => {
  const identity = { uid: 1, gid: 2, groups: [2, 3] };
  assert.deepEqual(decodeIdentity(encodeIdentity(identity)), identity);
  for (const text of ['', '1', '1:2', '1:2:', '-1:2:2', '1:2:2,', 'a:b:c', ' 1:2:2', '1:2:2\n']) {
    assert.throws(() => decodeIdentity(text), IdentityError, JSON.stringify(text));
  }
});

test('a process that has dropped its rights does not get them back', { skip: skipWithoutRoot }, () => {
  for (const flags of [[], permissionFlags()]) {
    const printed = runAsNobody(
      `await tell(() => [process.getuid(), process.geteuid(), process.getgid(), process.getegid(), process.getgroups()]);
       for (const way of ['setuid', 'seteuid', 'setgid', 'setegid']) await tell(() => process[way](0));
       await tell(() => process.setgroups([0]));
       await tell(() => process.initgroups('root', 0));`,
      flags,
    );
    const nobody = Array(5).fill(NOBODY).join();
    assert.deepEqual(printed.split('\n'), [nobody, ...Array(6).fill('EPERM')]);
  }
});

test('under the flags of a worker it can read, write and start nothing', { skip: skipWithoutRoot }, () => {
  const printed = runAsNobody(
    `const fs = await import('node:fs');
     const { execFileSync } = await import('node:child_process');
     await tell(() => fs.writeFileSync('/tmp/millrace-forbidden', 'x'));
     await tell(() => fs.readFileSync('/etc/passwd'));
     await tell(() => execFileSync('true'));`,
    permissionFlags(),
  );
  assert.deepEqual(printed.split('\n'), Array(3).fill('ERR_ACCESS_DENIED'));
  assert.ok(!existsSync('/tmp/millrace-forbidden'));
});

test('without root nobody becomes another user', { skip: skipWithoutRoot }, () => {
  const again = { uid: 1, gid: 1, groups: [1] };
  assert.equal(runAsNobody(`await tell(() => dropPrivileges(${JSON.stringify(again)}));`), 'EPERM');
});

test('work is done with the rights of the other user, and no longer', { skip: skipWithoutRoot }, (t) => {
  const folder = createFolder(t);
  const ofRoot = join(folder, 'of-root');
  mkdirSync(ofRoot, { mode: 0o700 });
  assert.throws(() => runAs(IDENTITY, () => writeFileSync(join(ofRoot, 'x'), '')), { code: 'EACCES' });
  assert.deepEqual([process.geteuid?.(), process.getegid?.()], [0, 0]);
  assert.ok(!process.getgroups?.().includes(NOBODY));
  mkdirSync(join(folder, 'open'), { mode: 0o755 });
  // A link that a user has put in the way leads to nothing that the user may not have.
  symlinkSync(ofRoot, join(folder, 'link'));
  assert.throws(() => runAs(IDENTITY, () => mkdirSync(join(folder, 'link', 'x'))), { code: 'EACCES' });
  assert.equal(statSync(ofRoot).uid, 0);
  assert.equal(
    runAs(undefined, () => process.geteuid?.()),
    0,
  );
});

test('dropPrivileges refuses what is not for good', { skip: skipWithoutRoot }, () => {
  const code = `import { dropPrivileges } from ${JSON.stringify(MODULE)};
    try { dropPrivileges({ uid: 0, gid: 0, groups: [0] }); console.log('taken'); } catch (error) { console.log(error.code); }`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  assert.equal(printed.trim(), 'ERR_IDENTITY');
});
