/** Hands a file to the person, by the browser's own way of saving. */
export function save(bytes: Uint8Array | Blob, name: string, type = 'application/octet-stream'): void {
    const blob = bytes instanceof Blob ? bytes : new Blob([new Uint8Array(bytes)], { type });
    const url = URL.createObjectURL(blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
