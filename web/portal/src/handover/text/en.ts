export const en = {
    saveFile: 'Save as file',
    shareFile: 'Share',
    showCodes: 'Show as codes',
    codesTitle: 'Hold the other camera here',
    codesText: 'The codes change by themselves until all have been read.',
    codesPart: 'Code {at} of {of}',
    codesStop: 'Stop',
    takeFile: 'Choose the file',
    takeScan: 'Scan codes',
    takeRead: '{done} of {of} codes read',
    takeOther: 'This code belongs to something else.',
    fileSaved: 'Saved as {name}.',

    handedFingerprint: 'Fingerprint:',
    handedCompare: 'Compare it with the one on the other screen.',
    handedVouched: 'Vouched for by {organization}',
    handedOther: 'This file is something else than what is needed here.',
} as const;
