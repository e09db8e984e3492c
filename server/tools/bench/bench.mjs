// The measurements of bench.sh: node bench.mjs DATABASE_URL BINARY ORDERS
//
// Every figure is of a running server over HTTP, asked by wrk with one thread, beside the same on a small database. Two servers run, and
// each thing is asked of them in turns, ROUNDS times, so that what else the machine does falls on both; a figure is the median of its
// rounds. What an answer must hold is looked at once before it is timed; what was done is counted in the database afterwards. A database
// that is there already is measured as it is.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [postgres, binary, orders] = process.argv.slice(2);
const here = import.meta.dirname;
const work = mkdtempSync(path.join(tmpdir(), 'countersign-bench.'));
const SESSIONS = 16;
const KEY = 'be'.repeat(32);
const ROUNDS = 5;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);

const url = (database) => postgres.replace(/\/[^/]*$/, `/${database}`);
const socket = decodeURIComponent(postgres.match(/@([^/]*)\//)[1]);
const sql = (database, statement) =>
  execFileSync(process.env.PSQL, ['-X', '-qAt', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', database, '-c', statement], { encoding: 'utf8' }).trim();
const seconds = (from) => (performance.now() - from) / 1000;
const say = (text) => process.stderr.write(`${text}\n`);
const settings = (database, port) => ({ ...process.env, DATABASE_URL: url(database), COUNTERSIGN_DATA_DIR: work, COUNTERSIGN_AUDIT_KEY: KEY, COUNTERSIGN_LISTEN: `127.0.0.1:${port}`, RUST_LOG: 'warn' });

// --- the databases ---------------------------------------------------------------------------------------------------------
const make = (database, size) => {
  if (sql('postgres', `SELECT count(*) FROM pg_database WHERE datname = '${database}'`) === '1') return NaN;
  sql('postgres', `CREATE DATABASE ${database}`);
  const from = performance.now();
  execFileSync(binary, ['demo', '--purchase-orders', String(size)], { env: settings(database, 0), stdio: ['ignore', 'ignore', 'inherit'] });
  const took = seconds(from);
  say(`${database}: ${size} orders made in ${took.toFixed(1)} s`);
  return took;
};

// --- the servers -----------------------------------------------------------------------------------------------------------
const memory = (pid) => Math.round(Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]) / 1024);
const serve = async (database, port, ...options) => {
  const from = performance.now();
  const host = `http://127.0.0.1:${port}`;
  const server = spawn(binary, ['serve', ...options], { env: settings(database, port), stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    try {
      if ((await fetch(`${host}/readyz`)).ok) break;
    } catch { /* not yet */ }
    if (server.exitCode !== null) throw new Error('the server stopped');
    await new Promise((go) => setTimeout(go, 5));
  }
  const ready = seconds(from);
  const stop = () => new Promise((done) => { server.once('exit', done); server.kill('SIGTERM'); });
  const people = {};
  for (const name of ['fay', 'sam', 'mia']) people[name] = await sessions(host, name);
  return { database, host, ready, stop, people, memory: () => memory(server.pid) };
};
const signIn = async (host, name) => {
  const body = new URLSearchParams({ email: `${name}@example.com`, password: 'countersign' });
  const answer = await fetch(`${host}/fn/sign_in`, { method: 'POST', body, redirect: 'manual', headers: { accept: 'text/html' } });
  const cookie = answer.headers.getSetCookie().map((set) => set.split(';')[0]).join('; ');
  if (!cookie) throw new Error(`${name} was not signed in: ${answer.status}`);
  return cookie;
};
const sessions = async (host, name) => {
  const all = [];
  while (all.length < SESSIONS) all.push(await signIn(host, name));
  return all;
};

// --- measuring -------------------------------------------------------------------------------------------------------------
const wrk = (host, requests, connections, { once = false, seconds = SECONDS } = {}) => {
  const file = path.join(work, 'requests');
  writeFileSync(file, requests.map(({ method = 'GET', to, cookie, body = '' }) => [method, to, cookie, body].join('\t')).join('\n') + '\n');
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', path.join(here, 'requests.lua'), host];
  const out = execFileSync('wrk', args, { encoding: 'utf8', env: { ...process.env, REQUESTS: file, ONCE: once ? '1' : '0' } });
  const result = JSON.parse(out.match(/RESULT (.*)/)[1]);
  if (result.good < result.answered * 0.999) throw new Error(`${result.answered - result.good} of ${result.answered} answers were errors: ${requests[0].to}`);
  return { answered: result.answered, rate: result.answered / result.seconds, p50: result.p50, p99: result.p99 };
};
const median = (figures) => {
  const of = (name) => figures.map((figure) => figure[name]).sort((a, b) => a - b)[Math.floor(figures.length / 2)];
  return { rate: of('rate'), p50: of('p50'), p99: of('p99') };
};
// What `ask(server, connections)` measures, of each server in turns: [{ one, many } of the first, of the second].
const inTurns = (name, servers, ask) => {
  const rounds = (connections) => {
    const seen = servers.map(() => []);
    for (let round = 0; round < ROUNDS; round++) servers.forEach((server, at) => seen[at].push(ask(server, connections)));
    return seen.map(median);
  };
  const [one, many] = [rounds(1), rounds(16)];
  say(`  ${name}: p50 ${one.map(({ p50 }) => p50.toFixed(2)).join(' and ')} ms, ${many.map(({ rate }) => Math.round(rate)).join(' and ')}/s`);
  return servers.map((_, at) => ({ one: one[at], many: many[at] }));
};

// Where to look: a list's middle, a word that few orders hold, an order that is completed.
const PAGES = {
  'list, first page': ['fay', '/purchase-orders?scope=all', 'data-row'],
  'list, deep page': ['fay', (pick) => {
    const middle = pick('SELECT (min(id) + max(id)) / 2 FROM purchase_orders');
    return `/purchase-orders?scope=all&after=${middle}~${middle}`;
  }, 'data-row'],
  'list, filtered': ['fay', '/purchase-orders?scope=all&state=approved&vendor=1', 'data-row'],
  'list, by total': ['fay', '/purchase-orders?scope=all&sort=total', 'data-row'],
  'list, a rare word': ['fay', (pick) => {
    const rare = pick("SELECT substring(justification from 'R[0-9]{7}') FROM purchase_orders WHERE justification ~ 'R[0-9]{7}' ORDER BY id DESC OFFSET 300 LIMIT 1");
    return `/purchase-orders?scope=all&q=${rare}`;
  }, 'data-row'],
  'list, a common word': ['fay', '/purchase-orders?scope=all&q=quarterly', 'data-row'],
  record: ['fay', (pick) => `/purchase-orders/${pick("SELECT max(id) FROM purchase_orders WHERE status = 'completed'")}`, 'role="status"'],
  'My work': ['sam', '/', 'My work'],
  dashboard: ['fay', '/dashboards/approvals?scope=all&days=90', 'Approvals dashboard'],
};
// Of whom the measured submissions wait for: as full in both databases.
const INBOX = ['mia', '/approvals', 'Approvals'];
const page = async (name, servers, [who, where, mustHold] = PAGES[name]) => {
  const requests = new Map();
  const shown = [];
  for (const server of servers) {
    const to = typeof where === 'string' ? where : where((statement) => sql(server.database, statement));
    const answer = await fetch(server.host + to, { headers: { cookie: server.people[who][0], accept: 'text/html' } });
    const text = await answer.text();
    if (answer.status !== 200 || !text.includes(mustHold)) throw new Error(`${to}: ${answer.status}, without ${mustHold}`);
    shown.push(text.split('data-row').length);
    requests.set(server, server.people[who].map((cookie) => ({ to, cookie })));
    wrk(server.host, requests.get(server), 1, { seconds: 1 });
  }
  if (new Set(shown).size > 1) throw new Error(`${name} is another page in the two databases: ${shown} rows`);
  return inTurns(name, servers, (server, connections) => wrk(server.host, requests.get(server), connections));
};

// Orders of 80.00 by 16 sessions of Sam's, then decided by 16 of his manager's: each with a request id of its own.
const form = (n) => new URLSearchParams({
  request_id: crypto.randomUUID(), intent: 'submit', vendor: '1', department: '1', needed_by: '2099-12-31', currency: 'USD',
  justification: `Benchmark ${n}`, ship_to: 'Here', line_description: 'Pens', line_quantity: '8', line_unit: 'box', line_unit_price: '10',
  line_cost_centre: '',
}).toString();
const WAITING = "FROM purchase_orders WHERE status = 'pending_approval' AND justification LIKE 'Benchmark %'";
const submits = ({ people }, count) => Array.from({ length: count }, (_, n) => ({ method: 'POST', to: '/fn/save_purchase_order', cookie: people.sam[n % SESSIONS], body: form(n) }));
const approvals = ({ people, database }, count) => sql(database, `SELECT id || ' ' || version ${WAITING} ORDER BY id LIMIT ${count}`)
  .split('\n').map((row, n) => {
    const [id, version] = row.split(' ');
    const body = new URLSearchParams({ request_id: crypto.randomUUID(), id, version, note: '' }).toString();
    return { method: 'POST', to: '/fn/approve_purchase_order', cookie: people.mia[n % SESSIONS], body };
  });
// More than can be done in the time; what counts is what the database says was done.
const carriedOut = (make, seconds) => (server, connections) => {
  const waiting = () => Number(sql(server.database, `SELECT count(*) ${WAITING}`));
  const before = waiting();
  const requests = make(server, 2000 * seconds);
  const result = wrk(server.host, requests, connections, { once: true, seconds });
  const done = Math.abs(waiting() - before);
  if (done === requests.length) throw new Error(`all ${done} were carried out before the time was over`);
  if (done < result.answered * 0.9) throw new Error(`${done} were carried out, but ${result.answered} answered so`);
  return { ...result, rate: done / seconds };
};
const decide = (name, servers, ask) => {
  for (const server of servers) ask(server, 16);
  return inTurns(name, servers, ask);
};

// The same statements without a server: what the database alone takes for one approval.
const bare = (database) => {
  execFileSync(process.env.PSQL, ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', database, '-f', path.join(here, 'approve_setup.sql')]);
  const each = Math.floor(Number(sql(database, 'SELECT count(*) FROM bench_orders')) / 16);
  const out = execFileSync(process.env.PGBENCH, ['-n', '-M', 'prepared', '-D', 'k=0', '-D', `each=${each}`, '-c', '16', '-j', '1', '-t', String(each), '-f', path.join(here, 'approve.sql'), '-h', socket, '-U', 'postgres', database], { encoding: 'utf8' });
  return Number(out.match(/tps = ([\d.]+)/)[1]);
};

// --- notifications ---------------------------------------------------------------------------------------------------------
// A mail server that takes everything, and keeps what tells one mail from another.
const mailServer = async () => {
  const taken = new Set();
  const server = createServer((socket) => {
    let said = '';
    let mail = false;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.write('220 bench\r\n');
    socket.on('data', (data) => {
      said += data.toString('latin1');
      for (;;) {
        const end = mail ? said.indexOf('\r\n.\r\n') : said.indexOf('\r\n');
        if (end < 0) return;
        const text = said.slice(0, end);
        said = said.slice(end + (mail ? 5 : 2));
        if (mail) taken.add(/^message-id: *(.*)$/im.exec(text)?.[1]);
        const data = !mail && /^data$/i.test(text);
        mail = data;
        socket.write(data ? '354 go on\r\n' : /^quit/i.test(text) ? '221 bye\r\n' : '250 taken\r\n');
      }
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { taken, url: `smtp://127.0.0.1:${server.address().port}`, stop: () => server.close() };
};
// Enqueued by orders that are submitted, each of which tells its approver; delivered by a worker that begins when all are there.
const notifications = async (count) => {
  const database = 'bench_notifications';
  make(database, 1000);
  const pending = () => Number(sql(database, "SELECT count(*) FROM deliveries WHERE state = 'pending' AND way = 'email'"));
  const server = await serve(database, 3902, '--no-worker');
  const requests = submits(server, count);
  let from = performance.now();
  await Promise.all(Array.from({ length: SESSIONS }, async () => {
    for (let next = requests.pop(); next; next = requests.pop()) {
      const { to, cookie, body, method } = next;
      const headers = { cookie, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(server.host + to, { method, body, headers, redirect: 'manual' });
      await answer.arrayBuffer();
    }
  }));
  const enqueued = seconds(from);
  await server.stop();
  if (pending() !== count) throw new Error(`${pending()} mails wait, not ${count}`);
  const mails = await mailServer();
  const env = { ...settings(database, 3902), SMTP_URL: mails.url, COUNTERSIGN_MAIL_FROM: 'bench@example.com', COUNTERSIGN_PUBLIC_URL: 'http://127.0.0.1:3902' };
  from = performance.now();
  const worker = spawn(binary, ['work'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    while (mails.taken.size < count) {
      if (worker.exitCode !== null || seconds(from) > 600) throw new Error(`${mails.taken.size} of ${count} mails came`);
      await new Promise((go) => setTimeout(go, 10));
    }
    const delivered = seconds(from);
    return { count, enqueued, delivered };
  } finally {
    if (worker.exitCode === null) await new Promise((done) => { worker.once('exit', done); worker.kill('SIGTERM'); });
    mails.stop();
    if (pending() > 0) throw new Error(`${pending()} mails are not written down as sent`);
  }
};
const number = (value, digits = 0) => value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const told = ({ count, enqueued, delivered }) => `
${number(count)} notifications     enqueued by as many orders submitted by ${SESSIONS} sessions: ${number(enqueued, 1)} s (${number(count / enqueued)}/s)
                         mailed over SMTP by one worker, from its start: ${number(delivered, 1)} s (${number(count / delivered)}/s)`;

const NOTIFICATIONS = Number(process.env.BENCH_NOTIFICATIONS ?? 10_000);
const servers = [];
const measure = async () => {
  make('bench_small', 1000);
  const made = make('bench_large', orders);
  for (const [at, database] of ['bench_small', 'bench_large'].entries()) {
    // What autovacuum does within minutes to what was made at once.
    sql(database, 'VACUUM (ANALYZE)');
    sql(database, 'CHECKPOINT');
    servers.push(await serve(database, 3900 + at));
  }
  await new Promise((go) => setTimeout(go, 2000));
  const large = servers[1];
  const idle = large.memory();
  const figures = {};
  for (const name of Object.keys(PAGES)) figures[name] = await page(name, servers);
  figures.submit = decide('submit', servers, carriedOut(submits, SECONDS));
  // What autovacuum does within a minute or two to what was written.
  for (const { database } of servers) sql(database, 'VACUUM (ANALYZE)');
  figures.inbox = await page('inbox', servers, INBOX);
  // Half the time: they are of what was submitted.
  figures.approve = decide('approve', servers, carriedOut(approvals, SECONDS / 2));
  const loaded = large.memory();
  for (const server of servers.splice(0)) await server.stop();

  const columns = ['', 'req/s, 16', 'p50 ms, 1', 'p99 ms, 1', 'p50 ms, 16', 'p99 ms, 16', 'p50 at 1,000', 'ratio'];
  const rows = Object.entries(figures).map(([name, [before, { one, many }]]) =>
    [name, number(many.rate), number(one.p50, 2), number(one.p99, 2), number(many.p50, 2), number(many.p99, 2), number(before.one.p50, 2), number(one.p50 / before.one.p50, 2)]);
  const widths = columns.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at].length)));
  const line = (cells) => cells.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('  ');
  console.log(`${number(Number(orders))} orders, release build, ${SESSIONS} sessions, wrk with one thread, everything on one machine\n`);
  console.log([line(columns), ...rows.map(line)].join('\n'));
  console.log(`
made in               ${number(made, 1)} s
ready after           ${number(large.ready, 2)} s (with a database that is there)
memory                ${idle} MB idle, ${loaded} MB after the load
one approval as bare statements, 16 connections: ${number(bare(large.database))}/s`);
};
try {
  if (orders !== 'notifications') await measure();
  console.log(told(await notifications(NOTIFICATIONS)));
} finally {
  for (const server of servers) await server.stop();
  rmSync(work, { recursive: true, force: true });
}
