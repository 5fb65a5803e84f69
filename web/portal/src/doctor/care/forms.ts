// Which form corrects which kind of record.

import type { RecordView } from '@satchel/core';

type Place = (grant: string, record: string) => string;

const FORMS: Record<string, Place> = {
    'record.visit_report': (grant, record) => `/patients/${grant}/write/report?corrects=${record}`,
    'record.prescription': (grant, record) => `/patients/${grant}/write/prescription?corrects=${record}`,
    'record.order': (grant, record) => `/patients/${grant}/write/request?corrects=${record}`,
    'record.laboratory_result': (grant, record) => `/patients/${grant}/write/result?corrects=${record}`,
};

export const formOf = (view: RecordView): Place | undefined => FORMS[view.summary.kind];
