// Reading codes: from the camera, frame by frame, or from a picture. The decoder comes when it is first needed.

const decoder = () => import('qr/decode.js').then((module) => module.default);

/** The widest picture that is searched; photographs of today's phones are far larger than a code needs. */
const WIDEST = 1600;

export class Lens {
    #stream: MediaStream | undefined;
    #left = false;

    /** What is read is given to `found`, a new code once; whoever answers `more` goes on aiming. */
    constructor(private readonly found: (text: string) => unknown) {}

    /** Starts the camera. Answers why it does not, or `left` when the screen was left meanwhile. */
    async open(video: HTMLVideoElement): Promise<'denied' | 'missing' | 'left' | undefined> {
        let stream: MediaStream;
        try {
            stream = await navigator.mediaDevices.getUserMedia({
                video: { facingMode: 'environment', width: { ideal: 1280 } },
            });
        } catch (error) {
            return error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'missing';
        }
        this.#stream = stream;
        // The answer may come after the screen was left: then the camera goes off again at once.
        if (this.#left) {
            this.close();
            return 'left';
        }
        video.srcObject = stream;
        await video.play().catch(() => undefined);
        void this.#look(video);
        return undefined;
    }

    close(): void {
        this.#left = true;
        for (const track of this.#stream?.getTracks() ?? []) track.stop();
    }

    async #look(video: HTMLVideoElement): Promise<void> {
        const decode = await decoder();
        const canvas = new OffscreenCanvas(1, 1);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        let last: string | undefined;
        const next = () => {
            if (this.#left || !context) return;
            const { videoWidth: width, videoHeight: height } = video;
            if (width && height) {
                if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
                context.drawImage(video, 0, 0);
                const text = attempt(decode, context.getImageData(0, 0, width, height));
                if (text && text !== last) {
                    last = text;
                    if (this.found(text) !== 'more') {
                        this.close();
                        return;
                    }
                }
            }
            video.requestVideoFrameCallback(next);
        };
        video.requestVideoFrameCallback(next);
    }
}

/** The code in a picture, if there is one. */
export async function readPicture(file: Blob): Promise<string | undefined> {
    const decode = await decoder();
    let picture: ImageBitmap;
    try {
        picture = await createImageBitmap(file);
    } catch {
        return undefined;
    }
    const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
    const width = Math.max(1, Math.round(picture.width * scale));
    const height = Math.max(1, Math.round(picture.height * scale));
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (!context) return undefined;
    context.drawImage(picture, 0, 0, width, height);
    picture.close();
    return attempt(decode, context.getImageData(0, 0, width, height));
}

/** No code in a picture is the usual case, and the decoder throws for it. */
function attempt(decode: Awaited<ReturnType<typeof decoder>>, picture: ImageData): string | undefined {
    try {
        return decode(picture) || undefined;
    } catch {
        return undefined;
    }
}
