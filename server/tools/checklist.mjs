// checklist.mjs LOGS: prints the lesson's table, workflow × point, of server/tests/checklist.md, and fails where a cell is empty or
// names a test that did not run and pass. LOGS holds what the parts rust and e2e of test.sh left: rust.log and e2e.json.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const POINTS = [
  'Happy path', 'Validation failures', 'Permissions', 'Edge cases', 'Concurrent executions', 'Failures of external systems',
  'Rollback', 'Delivery of notifications', 'Performance with large data', 'Real user accounts and permissions',
];
const WORKFLOWS = 'app/domain/src';
const logs = process.argv[2];
const wrong = [];

const workflows = readdirSync(WORKFLOWS).filter((name) => existsSync(join(WORKFLOWS, name, 'table.rs')));

/** The cells: of each workflow and point the tests named, and what it waits for. */
function read(text) {
  const cells = new Map();
  let workflow = '', cell = null;
  for (const line of text.split('\n')) {
    const [, mark, words] = /^(## |### |- |Waits for )(.*)$/.exec(line) ?? [];
    if (mark === '## ') {
      workflow = words;
      if (!workflows.includes(workflow)) wrong.push(`${workflow}: there is no such workflow`);
    } else if (mark === '### ') {
      if (!POINTS.includes(words)) wrong.push(`${workflow}: the lesson has no point "${words}"`);
      cell = { tests: [], waits: '' };
      cells.set(`${workflow}/${words}`, cell);
    } else if (mark === '- ') cell.tests.push(words);
    else if (mark) cell.waits = words.split(':')[0];
  }
  return cells;
}

/** What ran: of each test's name whether it passed every time. */
function ran() {
  const tests = new Map();
  const count = (name, good) => tests.set(name, good && tests.get(name) !== false);
  const log = readFileSync(join(logs, 'rust.log'), 'utf8');
  for (const [, name, said] of log.matchAll(/^test (\S+) \.\.\. (\w+)/gm)) count(name, said === 'ok');
  const walk = (suite) => {
    for (const spec of suite.specs ?? []) count(spec.title, spec.ok && spec.tests.some((test) => test.status === 'expected'));
    for (const inner of suite.suites ?? []) walk(inner);
  };
  for (const suite of JSON.parse(readFileSync(join(logs, 'e2e.json'), 'utf8')).suites) walk(suite);
  return tests;
}

for (const needed of ['rust.log', 'e2e.json']) {
  if (existsSync(join(logs, needed))) continue;
  console.log(`There is no ${needed}: the checklist reads what the parts rust and e2e say.`);
  process.exit(1);
}
const cells = read(readFileSync('server/tests/checklist.md', 'utf8'));
const tests = ran();
const table = POINTS.map((point) => [point, ...workflows.map((workflow) => {
  const cell = cells.get(`${workflow}/${point}`) ?? { tests: [], waits: '' };
  const bad = cell.tests.filter((name) => !tests.get(name));
  for (const name of bad) wrong.push(`${workflow}, ${point}: ${tests.has(name) ? 'failed' : 'did not run'}: ${name}`);
  if (bad.length) return 'not shown';
  if (cell.tests.length) return `${cell.tests.length} test${cell.tests.length > 1 ? 's' : ''}`;
  if (cell.waits) return `waits for ${cell.waits}`;
  wrong.push(`${workflow}, ${point}: no test shows it`);
  return 'EMPTY';
})]);

const rows = [['', ...workflows], ...table];
const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of rows) console.log(row.map((text, column) => text.padEnd(widths[column])).join('  ').trimEnd());
for (const line of wrong) console.log(line);
process.exitCode = wrong.length ? 1 : 0;
