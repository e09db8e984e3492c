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

// What is still to be built, kept until it has been: a build that failed is tried again at the next edit.
const due = { server: true, site: true };

/** Builds what is due. The server first: it is what an edited page waits for. The site is read when it is asked for. */
const build = async () => {
  const began = Date.now();
  if (due.server) {
    if (!(await server())) return;
    await stop();
    if (leaving) return;
    start();
    due.server = false;
  }
  if (due.site) {
    if (!(await site())) return;
    due.site = false;
  }
  console.error(`dev: built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
};

let seen = look();
await build();
console.error('dev: watching app, server, style and migrations');

while (!leaving) {
  await new Promise((wake) => setTimeout(wake, LOOK_EVERY));
  const now = look();
  const changed = changes(seen, now);
  if (changed.length === 0) continue;
  seen = now;
  console.error(`dev: ${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ` and ${changed.length - 3} more` : ''}`);
  if (changed.some((name) => !name.startsWith('style/') && !name.startsWith('app/public/'))) due.server = true;
  // Tailwind reads the pages' sources, the islands are compiled from them.
  if (changed.some((name) => /^(app|style|Cargo)/.test(name))) due.site = true;
  await build();
}
