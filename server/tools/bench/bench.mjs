// The measurements of bench.sh: node bench.mjs DATABASE_URL BINARY ORDERS
//
// Every figure is of the running server over HTTP, asked by wrk with one thread, beside the same on a small database. What an answer
// must hold is looked at once before it is timed; what was done is counted in the database afterwards.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [postgres, binary, orders] = process.argv.slice(2);
const here = import.meta.dirname;
const work = mkdtempSync(path.join(tmpdir(), 'countersign-bench.'));
const PORT = 3900;
const HOST = `http://127.0.0.1:${PORT}`;
const SESSIONS = 16;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);

const url = (database) => postgres.replace(/\/[^/]*$/, `/${database}`);
const socket = decodeURIComponent(postgres.match(/@([^/]*)\//)[1]);
const sql = (database, statement) =>
  execFileSync(process.env.PSQL, ['-X', '-qAt', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', database, '-c', statement], { encoding: 'utf8' }).trim();
const seconds = (from) => (performance.now() - from) / 1000;
const say = (text) => process.stderr.write(`${text}\n`);
const env = (database) => ({ ...process.env, DATABASE_URL: url(database), COUNTERSIGN_DATA_DIR: work, COUNTERSIGN_LISTEN: `127.0.0.1:${PORT}`, RUST_LOG: 'warn' });

// --- the databases ---------------------------------------------------------------------------------------------------------
const make = (database, size) => {
  sql('postgres', `CREATE DATABASE ${database}`);
  const from = performance.now();
  execFileSync(binary, ['demo', '--purchase-orders', String(size)], { env: env(database), stdio: ['ignore', 'ignore', 'inherit'] });
  const took = seconds(from);
  say(`${database}: ${size} orders made in ${took.toFixed(1)} s`);
  return took;
};

// --- the server ------------------------------------------------------------------------------------------------------------
const memory = (pid) => Math.round(Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024);
const serve = async (database) => {
  const from = performance.now();
  const server = spawn(binary, ['serve'], { env: env(database), stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    try {
      if ((await fetch(`${HOST}/readyz`)).ok) break;
    } catch { /* not yet */ }
    if (server.exitCode !== null) throw new Error('the server stopped');
    await new Promise((go) => setTimeout(go, 5));
  }
  return { ready: seconds(from), pid: server.pid, stop: () => new Promise((done) => { server.once('exit', done); server.kill('SIGTERM'); }) };
};
const signIn = async (name) => {
  const body = new URLSearchParams({ email: `${name}@example.com`, password: 'countersign' });
  const answer = await fetch(`${HOST}/fn/sign_in`, { method: 'POST', body, redirect: 'manual', headers: { accept: 'text/html' } });
  const cookie = answer.headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
  if (!cookie) throw new Error(`${name} was not signed in: ${answer.status}`);
  return cookie;
};
const sessions = async (name) => {
  const all = [];
  while (all.length < SESSIONS) all.push(await signIn(name));
  return all;
};

// --- measuring -------------------------------------------------------------------------------------------------------------
const wrk = (requests, connections, once = false, seconds = SECONDS) => {
  const file = path.join(work, 'requests');
  writeFileSync(file, requests.map(({ method = 'GET', to, cookie, body = '' }) => [method, to, cookie, body].join('\t')).join('\n') + '\n');
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', path.join(here, 'requests.lua'), HOST];
  const out = execFileSync('wrk', args, { encoding: 'utf8', env: { ...process.env, REQUESTS: file, ONCE: once ? '1' : '0' } });
  const result = JSON.parse(out.match(/RESULT (.*)/)[1]);
  if (result.good < result.answered * 0.999) throw new Error(`${result.answered - result.good} of ${result.answered} answers were errors: ${requests[0].to}`);
  return { rate: result.answered / result.seconds, p50: result.p50, p99: result.p99 };
};
const both = (requests) => {
  wrk(requests.slice(0, 200), 1);
  const figures = { one: wrk(requests, 1), many: wrk(requests, 16) };
  say(`  ${requests[0].to}: p50 ${figures.one.p50.toFixed(2)} ms, ${Math.round(figures.many.rate)}/s`);
  return figures;
};
const page = async (to, cookies, mustHold) => {
  const answer = await fetch(HOST + to, { headers: { cookie: cookies[0], accept: 'text/html' } });
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes(mustHold)) throw new Error(`${to}: ${answer.status}, without ${mustHold}`);
  return both(cookies.map((cookie) => ({ to, cookie })));
};

const pages = async (database) => {
  const fay = await sessions('fay');
  const sam = await sessions('sam');
  const pick = (statement) => sql(database, statement);
  const middle = pick('SELECT (min(id) + max(id)) / 2 FROM purchase_orders');
  const rare = pick("SELECT substring(justification from 'R[0-9]{7}') FROM purchase_orders WHERE justification ~ 'R[0-9]{7}' ORDER BY id DESC OFFSET 300 LIMIT 1");
  const record = pick("SELECT max(id) FROM purchase_orders WHERE status = 'completed'");
  const list = '/purchase-orders?scope=all';
  return {
    'list, first page': await page(list, fay, 'data-row'),
    'list, deep page': await page(`${list}&after=${middle}~${middle}`, fay, 'data-row'),
    'list, filtered': await page(`${list}&state=approved&vendor=1`, fay, 'data-row'),
    'list, by total': await page(`${list}&sort=total`, fay, 'data-row'),
    'list, a rare word': await page(`${list}&q=${rare}`, fay, 'data-row'),
    'list, a common word': await page(`${list}&q=quarterly`, fay, 'data-row'),
    record: await page(`/purchase-orders/${record}`, fay, 'role="status"'),
    inbox: await page('/approvals', fay, 'Approvals'),
    'My work': await page('/', sam, 'My work'),
  };
};

// Orders of 80.00 by 16 sessions of Sam's, then decided by 16 of his manager's: each with a request id of its own.
const form = (n) => new URLSearchParams({
  request_id: crypto.randomUUID(), intent: 'submit', vendor: '1', department: '1', needed_by: '2099-12-31', currency: 'USD',
  justification: `Benchmark ${n}`, ship_to: 'Here', line_description: 'Pens', line_quantity: '8', line_unit: 'box', line_unit_price: '10',
  line_cost_centre: '',
}).toString();
const decide = async (database) => {
  const sam = await sessions('sam');
  const mia = await sessions('mia');
  const waiting = () => sql(database, "SELECT count(*) FROM purchase_orders WHERE status = 'pending_approval' AND justification LIKE 'Benchmark %'");
  const submits = (count) => Array.from({ length: count }, (_, n) => ({ method: 'POST', to: '/fn/save_purchase_order', cookie: sam[n % SESSIONS], body: form(n) }));
  const approvals = (count) => sql(database, `SELECT id || ' ' || version FROM purchase_orders WHERE status = 'pending_approval' AND justification LIKE 'Benchmark %' ORDER BY id LIMIT ${count}`)
    .split('\n').map((row, n) => {
      const [id, version] = row.split(' ');
      const body = new URLSearchParams({ request_id: crypto.randomUUID(), id, version, note: '' }).toString();
      return { method: 'POST', to: '/fn/approve_purchase_order', cookie: mia[n % SESSIONS], body };
    });
  // More than can be done in the time; what counts is what the database says was done.
  const timed = (make, connections, seconds) => {
    const before = Number(waiting());
    const result = wrk(make(2000 * seconds), connections, true, seconds);
    const done = Math.abs(Number(waiting()) - before);
    if (done < result.rate * seconds * 0.9) throw new Error(`${done} were carried out, but ${Math.round(result.rate * seconds)} answered so`);
    say(`  ${make === submits ? 'submit' : 'approve'}, ${connections}: p50 ${result.p50.toFixed(2)} ms, ${Math.round(done / seconds)}/s`);
    return { ...result, rate: done / seconds };
  };
  timed(submits, 16, 1);
  const submit = { one: timed(submits, 1, SECONDS), many: timed(submits, 16, 2 * SECONDS) };
  timed(approvals, 16, 1);
  return { submit, approve: { one: timed(approvals, 1, SECONDS), many: timed(approvals, 16, SECONDS) } };
};

// The same statements without a server: what the database alone takes for one approval.
const bare = (database) => {
  execFileSync(process.env.PSQL, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', database, '-f', path.join(here, 'approve_setup.sql')]);
  const each = Math.floor(Number(sql(database, 'SELECT count(*) FROM bench_orders')) / 16);
  const out = execFileSync(process.env.PGBENCH, ['-n', '-M', 'prepared', '-D', 'k=0', '-D', `each=${each}`, '-c', '16', '-j', '1', '-t', String(each), '-f', path.join(here, 'approve.sql'), '-h', socket, '-U', 'postgres', database], { encoding: 'utf8' });
  return Number(out.match(/tps = ([\d.]+)/)[1]);
};

const measure = async (database) => {
  const server = await serve(database);
  await new Promise((go) => setTimeout(go, 2000));
  const idle = memory(server.pid);
  const figures = { ...(await pages(database)), ...(await decide(database)) };
  const loaded = memory(server.pid);
  await server.stop();
  return { figures, idle, loaded, ready: server.ready, bare: bare(database) };
};

try {
  const made = { small: make('bench_small', 1000), large: make('bench_large', orders) };
  const small = await measure('bench_small');
  const large = await measure('bench_large');
  const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const columns = ['', 'req/s, 16', 'p50 ms, 1', 'p99 ms, 1', 'p50 ms, 16', 'p99 ms, 16', 'p50 at 1,000', 'ratio'];
  const rows = Object.entries(large.figures).map(([name, { one, many }]) => {
    const before = small.figures[name].one.p50;
    return [name, number(many.rate), number(one.p50, 2), number(one.p99, 2), number(many.p50, 2), number(many.p99, 2), number(before, 2), number(one.p50 / before, 2)];
  });
  const widths = columns.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at].length)));
  const line = (cells) => cells.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ');
  console.log(`${number(Number(orders))} orders, release build, ${SESSIONS} sessions, wrk with one thread, everything on one machine\n`);
  console.log([line(columns), ...rows.map(line)].join('\n'));
  console.log(`
made in               ${number(made.large, 1)} s
ready after           ${number(large.ready, 2)} s (with a database that is there)
memory                ${large.idle} MB idle, ${large.loaded} MB after the load
one approval as bare statements, 16 connections: ${number(large.bare)}/s`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
