// make dev: builds, starts the program on a throwaway database with the demo company, and on an edit builds what the
// edit touches and starts the program again. Edits are found by looking at the files' times: no watcher to install, and
// the same on every system.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const tools = import.meta.dirname ?? resolve(new URL('.', import.meta.url).pathname);
const root = resolve(tools, '../..');
const target = process.env.CARGO_TARGET_DIR ? resolve(root, process.env.CARGO_TARGET_DIR) : join(root, 'target');
const WATCHED = ['app', 'server', 'style', 'migrations', 'Cargo.toml', 'Cargo.lock'];
const LEFT_OUT = new Set(['node_modules', 'tools', 'site', 'target', 'snapshots']);
const LOOK_EVERY = 300;

/** Every watched file's time of change. */
const look = () => {
  const times = new Map();
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) return void times.set(relative(root, path), stat.mtimeMs);
    for (const name of readdirSync(path)) if (!LEFT_OUT.has(name) && !name.startsWith('.')) visit(join(path, name));
  };
  for (const name of WATCHED) visit(join(root, name));
  return times;
};

const changes = (before, after) =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));

const run = (command, ...args) =>
  new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, QUIET: '1' } });
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });

const site = () => run(join(tools, 'site.sh'), 'dev');
const server = () => run(join(tools, 'build.sh'), 'server');

let database = process.env.DATABASE_URL;
const ownDatabase = !database;
if (ownDatabase) {
  const made = spawnSync(join(tools, 'postgres.sh'), ['start'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (made.status !== 0) process.exit(1);
  database = made.stdout.trim();
}

let program;
const start = () => {
  program = spawn(join(target, 'debug/countersign'), ['run-demo'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: database },
  });
  program.on('error', (error) => console.error(`dev: ${error.message}`));
};
const stop = () =>
  new Promise((done) => {
    if (!program || program.exitCode !== null || program.signalCode !== null) return done();
    const hard = setTimeout(() => program.kill('SIGKILL'), 5000);
    program.once('exit', () => (clearTimeout(hard), done()));
    program.kill('SIGTERM');
  });

let leaving = false;
const leave = async () => {
  if (leaving) return;
  leaving = true;
  await stop();
  if (ownDatabase) spawnSync(join(tools, 'postgres.sh'), ['stop', database], { stdio: 'inherit' });
  process.exit(0);
};
process.on('SIGINT', leave);
process.on('SIGTERM', leave);
process.on('SIGHUP', leave);

let seen = look();
if ((await site()) && (await server())) start();
console.error('dev: watching app, server, style and migrations');

for (;;) {
  await new Promise((wake) => setTimeout(wake, LOOK_EVERY));
  const now = look();
  const changed = changes(seen, now);
  if (changed.length === 0 || leaving) continue;
  seen = now;
  const began = Date.now();
  console.error(`dev: ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}`);
  const code = changed.some((name) => !name.startsWith('style/') && !name.startsWith('app/public/'));
  if (code) {
    // The page first: its server is what an edit waits for.
    if (!(await server())) continue;
    await stop();
    start();
  }
  // Tailwind reads the pages' sources, the islands are compiled from them.
  const client = changed.some((name) => /^(app|style|Cargo)/.test(name));
  if (client && !(await site())) continue;
  console.error(`dev: built again in ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
