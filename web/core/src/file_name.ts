// Names of files as a record may carry them (NAME rules): a person does not choose them to fit, so they are made to.

/** What moves a cursor, breaks a line or turns the reading direction of what stands beside it. */
const UNPLAIN = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
/** Bytes that the core takes. */
const MOST = 200;
/** What says of which kind the file is, such as `.pdf` or `.fhir.json`. */
const ENDING = /(\.[\p{L}\p{N}_-]{1,12}){1,2}$/u;

const bytes = (text: string) => new TextEncoder().encode(text).length;

/** The name without what is not plain; one that is too long loses of its middle, never its ending. */
export function fitting(name: string): string {
    const plain = name.replace(UNPLAIN, '');
    if (bytes(plain) <= MOST) return plain;
    const ending = ENDING.exec(plain)?.[0] ?? '';
    let left = MOST - bytes(`…${ending}`);
    let stem = '';
    for (const letter of plain.slice(0, plain.length - ending.length)) {
        left -= bytes(letter);
        if (left < 0) break;
        stem += letter;
    }
    return `${stem}…${ending}`;
}
