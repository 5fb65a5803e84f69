// What the relay of this page says of itself.

/** Whether the relay of this page says that only invented people live on it. */
export async function isDemo(): Promise<boolean> {
    try {
        const said: unknown = await (await fetch('/v1/relay')).json();
        return typeof said === 'object' && said !== null && 'demo' in said && said.demo === true;
    } catch {
        return false;
    }
}
