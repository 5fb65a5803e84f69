// Names of what this origin stores.

/** The database that lists the vaults; the first listing makes it. */
export const REGISTRY = 'satchel';
