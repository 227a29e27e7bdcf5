// Makes a clone ready to run: installs from the lockfile and builds what is missing or out of date. Runs on
// any Node from 20 on, since the one that the project needs is among what it installs.
//   --build         also compile src to dist
//   --development   also generate config.toml where there is none
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const flags = new Set(process.argv.slice(2));
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const entry = join(root, 'dist', 'main.js');

if (!isInstalled()) {
  console.error('millrace: installing from package-lock.json …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: process.platform === 'win32' });
}
if (flags.has('--build') && !isBuilt()) {
  console.error('millrace: building …');
  run(node, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
}
// npx runs the file itself, and links it only once for a folder; the compiler does not make it executable.
if (flags.has('--build')) chmodSync(entry, 0o755);
if (flags.has('--development') && !existsSync(join(root, 'config.toml')) && !process.env.SERVER_CONFIG) {
  // Its advice on what to do next is for people who have typed it.
  run(node, [entry, 'generate-config', '--profile', 'development', '-o', join(root, 'config.toml')], {
    stdout: 'ignore',
  });
  console.error('millrace: wrote config.toml (profile development)');
}

/** npm writes its own copy of the lockfile last, so an interrupted installation does not count. */
function isInstalled() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(node)) return false;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

function isBuilt() {
  if (!existsSync(entry)) return false;
  const builtAt = statSync(entry).mtimeMs;
  const sources = readdirSync(join(root, 'src'), { recursive: true }).map((path) => join(root, 'src', path));
  return [...sources, join(root, 'package.json'), join(root, 'tsconfig.build.json')].every(
    (path) => statSync(path).mtimeMs <= builtAt,
  );
}

function run(command, args, { shell = false, stdout = 2 } = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', stdout, 2], shell });
  if (status === 0) return;
  console.error(`millrace: "${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
  process.exit(status ?? 1);
}
