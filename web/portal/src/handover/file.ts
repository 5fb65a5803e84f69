// Files that go from hand to hand: saved, shared by the system, or chosen.

const TYPE = 'application/octet-stream';

export function save(bytes: Uint8Array, name: string): void {
    const address = URL.createObjectURL(new Blob([bytes.slice()], { type: TYPE }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    // The browser has taken it over by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

const asFile = (bytes: Uint8Array, name: string) => new File([bytes.slice()], name, { type: TYPE });

export function canShare(name: string): boolean {
    return navigator.canShare?.({ files: [asFile(new Uint8Array(1), name)] }) ?? false;
}

export async function share(bytes: Uint8Array, name: string): Promise<void> {
    // Whoever closes the system's sheet has changed their mind; that is no fault.
    await navigator.share({ files: [asFile(bytes, name)] }).catch(() => undefined);
}

/** A name for a file out of a person's name: letters and figures of any language. */
export function fileName(...words: string[]): string {
    const name = words.join(' ').normalize('NFC').replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
    return `${name.slice(0, 80) || 'satchel'}.satchel`;
}
