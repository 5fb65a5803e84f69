// The tests of the portal use what a person has, and nothing else.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { reachesBehind } from './support/rules.mjs';

const here = new URL('.', import.meta.url);
const files = readdirSync(here, { recursive: true })
    .filter((name) => name.endsWith('.mjs') && !/^(rules\.test|support[/\\]rules)\.mjs$/.test(name))
    .sort();

test('no test reaches behind the screen', () => {
    assert.ok(files.length > 3, 'there are tests');
    for (const name of files) {
        assert.deepEqual(reachesBehind(readFileSync(new URL(name, here), 'utf8')), [], name);
    }
});

test('what reaches behind the screen is found', () => {
    for (const line of [
        "import { start } from '@satchel/core';",
        'await page.evaluate(() => core.query("grants"));',
        'const answer = await fetch(relay.url);',
        'await page.evaluate(() => indexedDB.open("x"));',
        "await page.locator('input[type=file]').setInputFiles(path);",
    ]) {
        assert.equal(reachesBehind(line).length > 0, true, line);
    }
    assert.deepEqual(reachesBehind("await page.getByRole('button').click();"), []);
});
