// When to lock by itself: after so many seconds without a touch, seen also when the page comes back from behind or from sleep.

const KEY = 'satchel.lock_seconds';
const USUAL = 900;
const TOUCHES = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;
/** Milliseconds between two looks at the clock. */
const LOOK = 5000;

export class Idle {
    #touched = Date.now();
    #seconds = kept();

    constructor(locks: () => void) {
        for (const touch of TOUCHES) addEventListener(touch, () => this.touch(), { passive: true, capture: true });
        const look = () => {
            if (this.#seconds > 0 && Date.now() - this.#touched > this.#seconds * 1000) {
                this.touch();
                locks();
            }
        };
        setInterval(look, LOOK);
        document.addEventListener('visibilitychange', look);
    }

    get seconds(): number {
        return this.#seconds;
    }

    set seconds(seconds: number) {
        this.#seconds = seconds;
        try {
            localStorage.setItem(KEY, String(seconds));
        } catch {
            // Without storage it holds until the page is closed.
        }
    }

    /** Somebody is there, or work goes on that somebody began. */
    touch(): void {
        this.#touched = Date.now();
    }
}

function kept(): number {
    try {
        const text = localStorage.getItem(KEY);
        const seconds = text === null ? Number.NaN : Number(text);
        return Number.isFinite(seconds) && seconds >= 0 ? seconds : USUAL;
    } catch {
        return USUAL;
    }
}
