// Long work of the vault in steps, so that other calls go on in between and a person can stop it.

import type { JobView, Vault } from '../generated/bindings_wasm.js';
import { isVaultError, Refused } from './fault.ts';
import type { Session } from './session.ts';

/** Blocks of one step: some milliseconds. */
const STEP = 50;

export class Jobs {
    readonly #session: Session;
    readonly #progress: (job: JobView) => void;
    readonly #cancelled = new Set<string>();

    constructor(session: Session, progress: (job: JobView) => void) {
        this.#session = session;
        this.#progress = progress;
    }

    /** The query as a job, if it is one of those that may take long. */
    run(method: string, args: unknown[]): Promise<unknown> | undefined {
        switch (method) {
            case 'checkChain':
                return this.#do((vault) => vault.startCheck(), (vault, job) => vault.takeChecked(job));
            case 'exportAll':
                return this.#do((vault) => vault.startExportAll(), (vault, job, time) => vault.takeExport(job, time));
            case 'exportRecords':
                return this.#do(
                    (vault) => vault.startExportRecords(args[0] as string[]),
                    (vault, job, time) => vault.takeExport(job, time),
                );
            default:
                return undefined;
        }
    }

    cancel(id: string): void {
        this.#cancelled.add(id);
        this.#session.vault.cancelJob(id);
    }

    async #do<T>(start: (vault: Vault) => JobView, take: (vault: Vault, job: string, time: number) => T): Promise<T> {
        let job = await this.#session.ask(start);
        const { id } = job;
        try {
            while (!job.finished) {
                job = await this.#session.ask((vault) => vault.stepJob(id, STEP));
                this.#progress(job);
                // Messages that came meanwhile are answered before the next step.
                await new Promise((resolve) => setTimeout(resolve));
            }
            return await this.#session.ask((vault, time) => take(vault, id, time));
        } catch (error) {
            if (this.#cancelled.delete(id) && isVaultError(error)) throw new Refused('cancelled', 'the job was given up');
            this.#session.vault.cancelJob(id);
            throw error;
        }
    }
}
