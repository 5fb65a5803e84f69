import type { LabRequestDraft, RecordView } from '@satchel/core';
import { fact, facts, given, root } from './fields';

export interface TestField {
    name: string;
    code: string;
}

export interface RequestFields {
    tests: TestField[];
    priority: string;
    laboratory: string;
    wanted: string;
    reason: string;
    instruction: string;
    note: string;
    correction: string;
}

export const empty: RequestFields = {
    tests: [{ name: '', code: '' }],
    priority: 'routine',
    laboratory: '',
    wanted: '',
    reason: '',
    instruction: '',
    note: '',
    correction: '',
};

export const PRIORITIES = ['routine', 'urgent', 'asap', 'stat'];

export function toDraft(fields: RequestFields, supersedes?: string): LabRequestDraft {
    return {
        tests: fields.tests.filter(({ name }) => given(name)).map(({ name, code }) => ({ display: name.trim(), code: given(code) })),
        priority: fields.priority,
        laboratory: given(fields.laboratory),
        wanted: given(fields.wanted),
        reason: given(fields.reason),
        instruction: given(fields.instruction),
        note: given(fields.note),
        supersedes,
        correction: supersedes ? given(fields.correction) : undefined,
    };
}

export function fromView(view: RecordView): Partial<RequestFields> {
    const part = root(view);
    const named = facts(part, 'fact.test').flatMap(({ params }) => params.filter(({ name }) => name === 'text').map(({ value }) => value));
    const tests =
        named.length > 0
            ? named.map((name) => ({ name, code: part?.codes.find(({ display }) => display === name)?.code ?? '' }))
            : [{ name: part?.title ?? '', code: part?.codes[0]?.code ?? '' }];
    return {
        tests,
        priority: fact(part, 'fact.priority').replace(/^priority\./, '') || 'routine',
        wanted: fact(part, 'fact.wanted_by', 'date'),
        reason: fact(part, 'fact.reason'),
        instruction: fact(part, 'fact.instruction'),
        note: fact(part, 'fact.note'),
    };
}
