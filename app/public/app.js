// What every page has when JavaScript is on: shortcuts, exact times, guards around forms. Nothing here is needed to use the site.

const $ = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

// Focus: the error summary, where autofocus alone is not enough (a page restored or opened with a fragment).
const focusErrors = () => $('#error-summary')?.focus();

// Times: the exact time in the browser's way of writing it, in the zone of the reader's account.
const showTimes = () => {
  const formats = {};
  const make = (timeZone) => new Intl.DateTimeFormat(undefined, {
    weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit',
    timeZone, timeZoneName: 'short',
  });
  for (const time of all('time[data-tz]')) {
    try {
      const zone = time.dataset.tz;
      time.title = (formats[zone] ??= make(zone)).format(new Date(time.dateTime));
    } catch { /* a zone this browser does not know: the server's text stays */ }
  }
};

// Forms: a second click sends nothing. Disabling waits a turn, so that the button's own name and value still go along.
const sent = new WeakSet();
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => {
    for (const button of form.elements) if (button.type === 'submit') button.disabled = true;
  });
});
const sendable = () => {
  for (const form of document.forms) {
    if (!sent.delete(form)) continue;
    for (const button of form.elements) if (button.type === 'submit') button.disabled = false;
  }
};
addEventListener('pageshow', sendable);

// Forms: leaving with something typed and not sent is asked about, also when it is another form that is sent. A form that came
// back with errors is unsaved already.
const typed = new Set(all('#error-summary ~ form[data-warn-unsaved]'));
document.addEventListener('input', (event) => {
  const form = event.target.form;
  if (form?.hasAttribute('data-warn-unsaved')) typed.add(form);
});
addEventListener('beforeunload', (event) => {
  if (![...typed].some((form) => !sent.has(form))) return;
  event.preventDefault();
  setTimeout(sendable); // for who stays
});

// Rows: a click anywhere follows the row's link, also on the times that lie above it.
document.addEventListener('click', (event) => {
  if (event.target.matches('tr time')) event.target.closest('tr').querySelector('.row-link')?.click();
});

// Rows that can be selected: all of them without leaving the page; and what is ticked stays ticked while a row is looked at beside.
const TICKED = 'ticked';
const boxes = () => all('[data-select]');
const keepTicks = () => {
  try { sessionStorage.setItem(TICKED, JSON.stringify(boxes().filter((box) => box.checked).map((box) => box.value))); } catch { /* private window */ }
};
const restoreTicks = () => {
  try {
    const kept = new URLSearchParams(location.search).has('open') ? JSON.parse(sessionStorage.getItem(TICKED)) ?? [] : [];
    for (const box of boxes()) if (kept.includes(box.value)) box.checked = true;
  } catch { /* private window */ }
  if (boxes().length) keepTicks();
};
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-select]')) keepTicks();
});
// A text file fills a field, so that its lines are seen before they are sent.
for (const choice of all('[data-fills]')) {
  choice.hidden = false;
  choice.addEventListener('change', async ({ target }) => {
    const field = document.getElementById(choice.dataset.fills);
    if (target.files[0]) field.value = await target.files[0].text();
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-select-all]');
  if (!link) return;
  event.preventDefault();
  const free = boxes().filter((box) => box.dataset.select !== 'blocked');
  const on = free.some((box) => !box.checked);
  for (const box of on ? free : boxes()) box.checked = on;
  link.textContent = on ? 'Select none' : 'Select all';
  keepTicks();
});

// Shortcuts: single keys, so they can be turned off (WCAG 2.1.4), and never act while typing or with a modifier.
const KEYS = [
  ['/', 'Search'], ['g h', 'My work'], ['g a', 'Approvals'], ['g p', 'Purchase orders'],
  ['j', 'Next in the list'], ['k', 'Previous in the list'], ['Enter', 'Open'], ['x', 'Select'],
  ['a', 'Go to Approve'], ['r', 'Reject'], ['c', 'Write a comment'], ['?', 'This help'],
];
const PLACES = { h: '/', a: '/approvals', p: '/purchase-orders' };
const OFF = 'shortcuts-off';
const isOff = () => { try { return localStorage.getItem(OFF) === '1'; } catch { return false; } };
const setOff = (off) => { try { localStorage.setItem(OFF, off ? '1' : '0'); } catch { /* private window */ } };

const make = (tag, props = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), props);
  element.append(...children);
  return element;
};
let help;
const showHelp = () => {
  if (!help) {
    const on = make('input', { type: 'checkbox', className: 'checkbox', id: 'shortcuts-on', checked: !isOff() });
    on.addEventListener('change', () => setOff(!on.checked));
    const keys = KEYS.flatMap(([key, what]) => {
      const kbds = key.split(' ').flatMap((part, at) => [at ? ' ' : '', make('kbd', { textContent: part })]);
      return [make('dt', {}, ...kbds), make('dd', { textContent: what })];
    });
    help = make('dialog', { className: 'help' },
      make('h2', { textContent: 'Keyboard shortcuts', id: 'help-title' }),
      make('dl', {}, ...keys),
      make('form', { method: 'dialog' },
        make('div', { className: 'choice' }, on, make('label', { htmlFor: on.id, textContent: 'Shortcuts on' })),
        make('button', { className: 'btn btn-plain', textContent: 'Close' })));
    help.setAttribute('aria-labelledby', 'help-title');
    document.body.append(help);
  }
  if (!help.open) help.showModal();
};

const move = (step) => {
  const rows = all('[data-row]').filter((row) => row.offsetParent);
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return Boolean(next);
};
// A link or a button that only leads somewhere is followed; any other button or a field only gets the focus, so that no single key decides anything.
const go = (key) => {
  const target = $(`[data-shortcut="${key}"]`);
  if (target?.matches('a') || (target?.formMethod || target?.form?.method) === 'get') target.click();
  else target?.focus();
  return Boolean(target);
};

let pending = false;
document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || $('dialog[open]')) return;
  if (target.closest('input, textarea, select, [contenteditable]')) return;
  if (key === '?') return showHelp();
  if (isOff()) return;
  const second = pending;
  pending = false;
  let done = false;
  if (second) {
    if (Object.hasOwn(PLACES, key)) { done = true; location.assign(PLACES[key]); }
  } else if (key === 'g') {
    pending = done = true;
    setTimeout(() => { pending = false; }, 1500);
  } else if (key === '/') {
    const search = $('input[type="search"]');
    search?.focus();
    done = Boolean(search);
  } else if (key === 'j') done = move(1);
  else if (key === 'k') done = move(-1);
  else if (key === 'x') {
    const box = target.closest('tr')?.querySelector('[data-select]');
    box?.click();
    done = Boolean(box);
  } else if ('arc'.includes(key)) done = go(key);
  if (done) event.preventDefault();
});

// Figures that stay true while the page is open: fetched again every so many seconds, unless somebody is just using them.
const live = $('[data-live]');
const refresh = async () => {
  if (document.hidden || live.contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-live]');
    if (!fresh) return;
    const open = [...live.querySelectorAll('details')].map((details) => details.open);
    fresh.querySelectorAll('details').forEach((details, at) => { details.open = open[at]; });
    live.replaceChildren(...fresh.childNodes);
    showTimes();
  } catch { /* no network: the next time */ }
};
if (live) setInterval(refresh, live.dataset.live * 1000);
// The bell: how many notifications are not read, live while the page is seen. Hidden pages do not hold a connection.
const bell = $('[data-bell]');
const showUnread = (unread) => {
  const count = bell.querySelector('.count');
  count.hidden = !unread;
  count.textContent = unread > 99 ? '99+' : unread;
  bell.ariaLabel = unread ? `Notifications, ${count.textContent} unread` : 'Notifications';
};
let stream;
const hear = () => {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (!stream) {
    stream = new EventSource('/notifications/stream');
    stream.onmessage = ({ data }) => showUnread(Number(data));
  }
};
if (bell) {
  // A page that is only passed by opens no connection.
  for (const turn of ['visibilitychange', 'pageshow']) addEventListener(turn, () => setTimeout(hear, 1000));
  addEventListener('pagehide', () => { stream?.close(); stream = null; });
}

focusErrors();
showTimes();
restoreTicks();
