const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/bmp', 'image/avif']);

/** What can be looked at without running anything of the file. Everything else is saved and opened by the device. */
export function kindOf(mediaType: string): 'image' | 'text' | 'none' {
    const plain = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
    if (IMAGES.has(plain)) return 'image';
    return plain.startsWith('text/') || plain.endsWith('json') ? 'text' : 'none';
}
