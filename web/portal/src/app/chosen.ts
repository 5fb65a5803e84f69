/**
 * The bytes of a chosen file, one more than `most` at the most: the core, which takes no more than that, refuses it by its size, and a huge
 * file never fills the memory.
 */
export async function upTo(file: File, most: number): Promise<Uint8Array> {
    return new Uint8Array(await file.slice(0, most + 1).arrayBuffer());
}
