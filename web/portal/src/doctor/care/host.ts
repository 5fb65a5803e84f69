/** The host and port of an address, which is what people compare. */
export function host(address: string): string {
    try {
        return new URL(address).host;
    } catch {
        return address;
    }
}
