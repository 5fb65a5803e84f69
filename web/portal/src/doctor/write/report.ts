import type { RecordView, ReportDraft } from '@satchel/core';
import { facts, given, root } from './fields';

export interface ReportFields {
    title: string;
    reason: string;
    findings: string;
    assessment: string;
    plan: string;
    correction: string;
}

export const empty: ReportFields = { title: '', reason: '', findings: '', assessment: '', plan: '', correction: '' };

export function toDraft(fields: ReportFields, title: string, supersedes?: string): ReportDraft {
    return {
        title: given(fields.title) ?? title,
        reason: given(fields.reason),
        findings: given(fields.findings),
        assessment: given(fields.assessment),
        plan: given(fields.plan),
        supersedes,
        correction: supersedes ? given(fields.correction) : undefined,
    };
}

/** Titles under which the core writes the sections. */
const SECTIONS: Record<string, keyof ReportFields> = {
    'Reason for visit': 'reason',
    Findings: 'findings',
    Assessment: 'assessment',
    Plan: 'plan',
};

export function fromView(view: RecordView): Partial<ReportFields> {
    const filled: Partial<ReportFields> = { title: root(view)?.title ?? '' };
    for (const section of facts(root(view), 'fact.section')) {
        const word = (name: string) => section.params.find((param) => param.name === name)?.value ?? '';
        const field = SECTIONS[word('title')];
        if (field) filled[field] = word('text');
    }
    return filled;
}
