// The page around the verifier: takes a file, shows what the core found. All text goes in as text, never as markup.

const element = (id) => document.getElementById(id);
const phrases = JSON.parse(element('phrases').textContent);
const LANGUAGE = 'en';
/** As `export.too_large` says: refused before it is read. */
const LARGEST = 256 * 1024 * 1024 + 20;
const WORDS = { pass: ['✓', 'Pass'], fail: ['✕', 'Fail'], not_claimed: ['–', 'Not claimed'] };

const plural = new Intl.PluralRules(LANGUAGE);
const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });
const show = (date) => (Number.isNaN(date.valueOf()) ? '?' : dates.format(date));
const seconds = (count) => show(new Date(count * 1000));
const short = (id) => `${id.slice(0, 8)}…`;
const isId = (text) => /^[0-9a-f]{64}$/.test(text);
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

const counted = (count, one, many) => `${count} ${plural.select(count) === 'one' ? one : many}`;

const state = { worker: null, file: null, found: null, name: '' };

const make = (kind, properties = {}, ...children) => {
    const made = document.createElement(kind);
    Object.assign(made, properties);
    made.append(...children);
    return made;
};

/** The sentence of a fact: its phrase with its words, or its bare name where this page has no phrase. */
const sentence = (fact) => {
    const values = new Map(fact.params.map((param) => [param.name, param]));
    const key = `fact.${fact.name}`;
    const count = values.get('count')?.value;
    const phrase = phrases[key] ?? phrases[`${key}.${plural.select(Number(count))}`] ?? phrases[`${key}.other`] ?? fact.name;
    return phrase.replace(/\{(\w+)\}/g, (whole, name) => {
        const param = values.get(name);
        if (!param) return whole;
        if (param.kind === 'date') return show(new Date(param.value));
        // Roles and purposes are codes with words of their own.
        return phrases[`${name}.${param.value}`] ?? (isId(param.value) ? short(param.value) : param.value);
    });
};

const reason = (code) => (code ? `${phrases[`error.${code}`] ?? 'Refused.'} [${code}]` : '');

const heading = (found, subject) => {
    const record = found.records.find((one) => one.id === subject);
    if (record) {
        const author = record.author_name ?? 'the patient';
        const by = record.organization ? `${author}, ${record.organization}` : author;
        return `${upper(record.category.replaceAll('_', ' '))}, by ${by}`;
    }
    if (subject === 'file') return 'The file';
    const first = found.facts.find((fact) => fact.subject === subject);
    const kind = first.name.split('_')[0];
    const name = first.params.find((param) => param.name === 'name')?.value;
    const known = { organization: 'Organization', chain: 'Chain', receipt: 'Receipt', grant: 'Grant' }[kind] ?? upper(kind);
    return `${known} ${name ?? short(subject)}`;
};

/** The worst of some outcomes; a group in which nothing is claimed is no pass. */
const worst = (facts) =>
    facts.some((fact) => fact.outcome === 'fail') ? 'fail' : facts.some((fact) => fact.outcome === 'pass') ? 'pass' : 'not_claimed';

const sign = (outcome) => make('span', { className: 'sign', textContent: WORDS[outcome][0], ariaHidden: 'true' });

const line = (fact) => {
    const [, word] = WORDS[fact.outcome];
    const text = make('div', {}, make('p', {}, make('span', { className: 'word', textContent: `${word}: ` }), sentence(fact)));
    if (fact.code) text.append(make('p', { className: 'reason', textContent: reason(fact.code) }));
    const item = make('li', { className: `fact ${fact.outcome}` }, sign(fact.outcome), text);
    Object.assign(item.dataset, { subject: fact.subject, name: fact.name, outcome: fact.outcome, code: fact.code ?? '' });
    return item;
};

const content = (record) => {
    let text = record.fhir;
    try {
        text = JSON.stringify(JSON.parse(record.fhir), null, 2);
    } catch {
        // Shown as it is.
    }
    const shown = make('pre', { tabIndex: 0, textContent: text });
    shown.setAttribute('aria-label', 'What the record says, as FHIR');
    return make('details', {}, make('summary', { textContent: 'What the record says, as signed' }), shown);
};

const group = (found, subject, few) => {
    const facts = found.facts.filter((fact) => fact.subject === subject);
    const outcome = worst(facts);
    const failing = facts.filter((fact) => fact.outcome === 'fail').length;
    const count = failing ? `Fail: ${failing} of ${facts.length}` : `${counted(facts.length, 'fact', 'facts')}, none fails`;
    const title = make('h3', { textContent: heading(found, subject) });
    const summary = make('summary', {}, sign(outcome), make('div', {}, title, make('div', { className: 'quiet', textContent: count })));
    const made = make('details', { className: `group ${outcome}`, open: few || failing > 0 }, summary);
    if (subject !== 'file') made.append(make('p', { className: 'quiet' }, 'Id ', make('span', { className: 'id', textContent: subject })));
    made.append(make('ul', { className: 'facts' }, ...facts.map(line)));
    const record = found.records.find((one) => one.id === subject);
    if (record) made.append(content(record));
    return made;
};

const verdict = (kind, mark, title, text, next = '') => {
    element('verdict').className = `verdict ${kind}`;
    element('verdict-sign').textContent = mark;
    element('verdict-title').textContent = title;
    element('verdict-text').textContent = text;
    element('verdict-next').textContent = next;
};

const reveal = () => {
    element('progress').hidden = true;
    element('result').hidden = false;
    element('again').hidden = state.file === null;
    element('result').focus();
    element('result').scrollIntoView({ block: 'start' });
    element('announce').textContent = `${element('verdict-title').textContent} ${element('verdict-text').textContent}`;
};

const pair = (name, value) => [make('dt', { textContent: name }), make('dd', {}, value)];

const showFound = (found) => {
    const failing = found.facts.filter((fact) => fact.outcome === 'fail');
    const open = found.facts.filter((fact) => fact.outcome === 'not_claimed').length;
    const strangers = failing.filter((fact) => fact.code === 'credential.untrusted').length;
    const claims = `${counted(open, 'fact is', 'facts are')} not claimed by anybody.`;
    if (failing.length === 0) {
        verdict('good', '✓', 'Nothing in this file fails', `${counted(found.facts.length - open, 'fact passes', 'facts pass')}. ${claims}`);
    } else {
        const count = counted(failing.length, 'fact fails', 'facts fail');
        const only = strangers === failing.length;
        verdict(
            'bad',
            '✕',
            only ? `${count}: you have not named who vouches` : `${count}: do not rely on this file`,
            `${counted(found.facts.length - open - failing.length, 'fact passes', 'facts pass')}. ${claims}`,
            strangers
                ? 'An organization that vouches here is not on your list. If you know it, compare its id below with the one that it gave you itself, add its line under “Organizations you trust”, and check again.'
                : '',
        );
    }
    const kind = found.kind === 'chain' ? 'A whole chain' : 'A selection of records';
    element('about').replaceChildren(
        ...pair('File', state.name),
        ...pair('What', `${kind}: ${counted(found.records.length, 'record', 'records')}, ${counted(found.receipts.length, 'receipt', 'receipts')}, ${counted(found.blocks, 'block', 'blocks')}`),
        ...pair('Handed out', `${seconds(found.exported)}, by its owner’s device`),
        ...pair('Owner', make('span', { className: 'id', textContent: found.owner })),
    );
    const subjects = [...new Set(found.facts.map((fact) => fact.subject))];
    element('facts').replaceChildren(...subjects.map((subject) => group(found, subject, subjects.length <= 4)));
    element('save').hidden = false;
    state.found = found;
    reveal();
};

const REFUSED = {
    'export.magic': ['This is no Satchel file', 'It does not begin as one. Perhaps you chose another file.'],
    'export.truncated': ['This file is cut off', 'Its end is missing. Ask for it again, or copy it again to the end.'],
    'export.trailing': ['This file goes on after its end', 'Something was added. Ask for it again.'],
    'export.version': ['This file is of a newer kind', 'This page does not know it. Get a newer copy of this page.'],
    'export.too_large': ['This file is too large', 'No Satchel file is larger than 256 MiB.'],
    'export.malformed': ['This file is damaged', 'It cannot be read. Ask for it again.'],
};

const showRefused = (code, message) => {
    const known = REFUSED[code];
    const trust = code?.startsWith('trust.');
    const title = trust ? 'Your list cannot be read' : (known?.[0] ?? 'This file cannot be checked');
    const text = known?.[1] ?? phrases[`error.${code}`] ?? message;
    verdict('bad', trust ? '!' : '✕', title, code ? `${text} [${code}]` : text, trust ? '' : 'Nothing in it was believed.');
    element('about').replaceChildren(...pair('File', state.name));
    element('facts').replaceChildren();
    element('save').hidden = true;
    element('result').dataset.code = code ?? '';
    state.found = null;
    if (trust) element('trust').open = true;
    reveal();
};

const stop = () => {
    state.worker?.terminate();
    state.worker = null;
};

const stage = (text, percent) => {
    element('stage').textContent = text;
    if (percent === undefined) element('bar').removeAttribute('value');
    else element('bar').value = percent;
};

/** Reads a file with progress. */
const read = async (file) => {
    const bytes = new Uint8Array(file.size);
    const reader = file.stream().getReader();
    let length = 0;
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        if (length + piece.value.length > bytes.length) throw new Error('the file grew while it was read');
        bytes.set(piece.value, length);
        length += piece.value.length;
        stage('Reading the file', Math.round((100 * length) / Math.max(1, file.size)));
    }
    return bytes.slice(0, length).buffer;
};

const check = async (file) => {
    stop();
    Object.assign(state, { file, name: file.name, found: null });
    delete element('result').dataset.code;
    element('clock').textContent = dates.format(new Date());
    element('result').hidden = true;
    if (file.size > LARGEST) return showRefused('export.too_large', '');
    element('progress').hidden = false;
    element('announce').textContent = 'Checking the file';
    const url = URL.createObjectURL(new Blob([element('worker').textContent], { type: 'text/javascript' }));
    const worker = new Worker(url);
    state.worker = worker;
    const end = (act) => {
        if (state.worker !== worker) return;
        stop();
        URL.revokeObjectURL(url);
        act();
    };
    worker.onerror = (event) => {
        event.preventDefault();
        end(() => showRefused(null, 'This browser could not finish the check: perhaps it is too old or out of memory. Try another one, or satchel verify on a computer.'));
    };
    worker.onmessage = ({ data }) => {
        if (data.stage) stage('Checking signatures and links');
        else if (data.verification) end(() => showFound(data.verification));
        else end(() => showRefused(data.refused.code, data.refused.message));
    };
    try {
        const bytes = await read(file);
        if (state.worker !== worker) return;
        stage('Starting the verifier');
        const now = Math.floor(Date.now() / 1000);
        const trusted = element('trusted').value;
        worker.postMessage({ module: element('module').textContent, file: bytes, trusted, now }, [bytes]);
    } catch {
        end(() => showRefused(null, 'The file could not be read from this device.'));
    }
};

const report = (found) => {
    const lines = [`${element('verdict-title').textContent}. Checked ${show(new Date())} by this device's clock.`, `File ${state.name}, owner ${found.owner}`, ''];
    for (const subject of new Set(found.facts.map((fact) => fact.subject))) {
        lines.push(`${heading(found, subject)} (${subject})`);
        for (const fact of found.facts.filter((one) => one.subject === subject)) {
            const why = fact.code ? `: ${reason(fact.code)}` : '';
            lines.push(`  ${WORDS[fact.outcome][1].toUpperCase().padEnd(12)} ${sentence(fact)}${why}`);
        }
        lines.push('');
    }
    return lines.join('\n');
};

element('file').addEventListener('change', ({ target }) => {
    const [file] = target.files;
    if (file) check(file);
    // So that the same file can be chosen again.
    target.value = '';
});
element('form').addEventListener('submit', (event) => event.preventDefault());
element('again').addEventListener('click', () => state.file && check(state.file));
element('cancel').addEventListener('click', () => {
    stop();
    element('progress').hidden = true;
    element('announce').textContent = 'Stopped';
    element('file').focus();
});
element('trusted').addEventListener('input', ({ target }) => {
    const count = target.value.split('\n').filter((one) => one.trim() && !one.trim().startsWith('#')).length;
    element('trust-count').textContent = count ? `(${count})` : '(none yet)';
});
element('save').addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([report(state.found)], { type: 'text/plain' }));
    make('a', { href: url, download: 'satchel-report.txt' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
});
const drop = element('drop');
for (const kind of ['dragenter', 'dragover']) {
    document.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.add('over');
    });
}
document.addEventListener('dragleave', (event) => event.relatedTarget ?? drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const [file] = event.dataTransfer.files;
    if (file) check(file);
});
window.addEventListener('beforeprint', () => document.querySelectorAll('.group').forEach((one) => (one.open = true)));
element('clock').textContent = dates.format(new Date());
