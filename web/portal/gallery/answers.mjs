// How the page's questions to the core are answered while pictures are taken: as they are, not yet, or by a refusal. Only the answers are held
// back; page, core and store are the real ones.

/** To be run in a page before its own scripts. */
export function between() {
    const { postMessage } = Worker.prototype;
    const REFUSAL = { code: 'vault.damaged', message: '', params: [] };
    // Whose vault it is, the frame around every screen knows.
    const KNOWN = new Set(['profile']);
    globalThis.answers = 'given';
    Worker.prototype.postMessage = function hold(message, ...rest) {
        const asks = message?.type === 'APPLY' && message.path?.[0] === 'query' && !KNOWN.has(message.argumentList?.[0]?.value);
        if (!asks || globalThis.answers === 'given') return postMessage.call(this, message, ...rest);
        if (globalThis.answers === 'refused') {
            const data = { id: message.id, type: 'RAW', value: { ok: false, error: REFUSAL } };
            queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
        }
        return undefined;
    };
}

/** From now on the questions of this page are answered so: `given`, `held` or `refused`. */
export const answer = ({ page }, how) => page.evaluate((how) => void (globalThis.answers = how), how);
