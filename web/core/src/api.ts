// What the screens see of the core: types only. `start.ts` gives the object, `web/core/README.md` tells how to use it.
//
// Every call answers a value, never an exception, because an exception loses its `code` on the way out of the worker.
// Names, arguments and values are those of the façade (`core/vault/src/facade`), by way of the generated TypeScript.

import type {
    Changes,
    DownloadView,
    FileView,
    JobView,
    Param,
    Profile,
    Setup,
    Show,
    Vault,
    Verification,
} from '../generated/bindings_wasm.js';

export type * from '../generated/bindings_wasm.js';

/** Why something was refused. `code` has a sentence in the catalogues under `error.<code>`; `message` is English, for logs. */
export interface Fault {
    code: string;
    message: string;
    /** Words for the placeholders of the sentence. */
    params: Param[];
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Fault };

/** Methods that the worker drives by itself, or that have a call of their own in {@link Core}. */
type Driven =
    | 'addFile'
    | 'addKeystore'
    | 'changePassphrase'
    | 'download'
    | 'downloadState'
    | 'generation'
    | 'givePiece'
    | 'givePieceHash'
    | 'giveSealedPiece'
    | 'isBusy'
    | 'keystores'
    | 'nextPiece'
    | 'nextRequest'
    | 'onFailure'
    | 'onResponse'
    | 'openPiece'
    | 'planCopy'
    | 'planPiece'
    | 'removeKeystore'
    | 'restartFile'
    | 'resumeFile'
    | 'sealPiece'
    | 'startCheck'
    | 'startExportAll'
    | 'startExportRecords'
    | 'stepJob'
    | 'stopFile'
    | 'takeChecked'
    | 'takeExport';

/** Queries whose last number is theirs and not the time. A test compares this list with the generated declarations. */
export type Counted = 'attachment' | 'block' | 'blocks' | 'sharedAttachment';

type Method<M extends keyof Vault> = Vault[M] extends (...args: infer A) => infer R ? { args: A; value: R } : never;
type WithoutNow<A> = A extends [...infer Rest, number] ? Rest : A;

/** Methods of the façade that change something: those that give `Changes`. */
export type CommandName = {
    [M in keyof Vault]: Method<M> extends { value: Changes } ? M : never;
}[keyof Vault] &
    string extends infer M
    ? Exclude<M, Driven>
    : never;

/** Methods of the façade that only read. */
export type QueryName = {
    [M in keyof Vault]: Method<M> extends { value: infer R } ? (R extends Changes | void ? never : M) : never;
}[keyof Vault] &
    string extends infer M
    ? Exclude<M, Driven>
    : never;

/** What a command takes; the time is added by the worker. */
export type CommandArgs<M extends CommandName> = WithoutNow<Method<M>['args']>;
/** What a query takes; the time is added by the worker. */
export type QueryArgs<M extends QueryName> = M extends Counted ? Method<M>['args'] : WithoutNow<Method<M>['args']>;
/** What a query answers. */
export type QueryValue<M extends QueryName> = Method<M>['value'];

/** What a command came to: the id of what it made, if anything, and what there is to tell the person. */
export interface Outcome {
    created?: string;
    show: Show[];
}

/** A vault in this browser, as the door shows it before it is unlocked. */
export interface ProfileInfo {
    id: string;
    /** `patient`, `practitioner`, `laboratory`, `organization`, `auditor`; empty while joining by words. */
    role: string;
    /** The owner's name; empty while joining by words. */
    name: string;
    /** The home relay. */
    relay: string;
    /** When it was last opened here, Unix seconds. */
    lastOpened?: number;
    /** Whether a tab of this browser, this one included, has it open now. */
    open: boolean;
    /** Whether a passkey of this device opens it. */
    hasPasskey: boolean;
}

/** How the relay was found the last time it was asked. */
export interface Network {
    /** `unknown` until the first answer or failure. */
    state: 'unknown' | 'reached' | 'unreachable';
    /** Since when it is so, Unix seconds. */
    since?: number;
    /** When a relay last answered; kept over restarts. */
    lastSynced?: number;
    /** Whether something is being sent or asked at this moment; waiting for news does not count. */
    busy: boolean;
}

/** Where an attachment hangs: on an own record, or with `grant` on one that was shared and opened. */
export interface AttachmentPlace {
    grant?: string;
    record: string;
    index: number;
}

/** A download under way. */
export interface Download extends DownloadView {
    place: AttachmentPlace;
}

/** How this browser keeps what is stored. */
export interface StorageFacts {
    /** Whether the browser promised not to delete it when space runs low. */
    persisted: boolean;
    /** Bytes used, and bytes that may be used, as the browser estimates. */
    usage?: number;
    quota?: number;
}

export type CoreEvent =
    /** Something may look different: ask again. Comes after every stored change, in this tab or by news from the relay. */
    | { kind: 'changed' }
    /** Something to tell the person. */
    | { kind: 'show'; show: Show[] }
    | { kind: 'network'; network: Network }
    /** The vault is closed. `idle`: by the timer. `ended`: the core stopped unexpectedly; what was stored is safe. */
    | { kind: 'locked'; reason: 'asked' | 'idle' | 'ended' | 'conflict' }
    /** A chosen file is being copied into this browser's sealed store; then its upload begins. */
    | { kind: 'copying'; name: string; size: number; done: number }
    /** The store of this browser refused; it is tried again. */
    | { kind: 'fault'; error: Fault }
    /** Files on their way and downloads, whenever one moved. */
    | { kind: 'progress'; files: FileView[]; downloads: Download[] }
    /** How far a check or an export is. */
    | { kind: 'job'; job: JobView }
    /** The list of profiles of this browser changed, perhaps in another tab. */
    | { kind: 'profiles' }
    /** A newer portal is loaded and waits; `Core.update()` changes to it. */
    | { kind: 'update' };

export interface Files {
    /** Takes in a document or picture of any size as an own record; it is kept sealed here until it is uploaded. */
    add(file: File): Promise<Result<Outcome>>;
    /** The next record that is written for a patient carries these; an empty list takes them back. */
    attach(files: File[]): Promise<Result<void>>;
    /** Gives up copying chosen files; `add` and `attach` answer `cancelled`. */
    stopCopying(): Promise<Result<void>>;
    /** Stops an upload until `resume`; `query('files')` lists those under way. */
    pause(upload: string): Promise<Result<Outcome>>;
    /** Goes on with one that stopped. With `file` when its copy here is gone (`file.vanished`) or damaged. */
    resume(upload: string, file?: File): Promise<Result<Outcome>>;
    /** Gives it up, with the record that waits for it and its copy here. */
    cancel(upload: string): Promise<Result<Outcome>>;
    /** Fetches an attachment whole and checked; goes on where an earlier call was cut. */
    download(place: AttachmentPlace): Promise<Result<Blob>>;
    /** Ends a download; its call answers `cancelled`. */
    cancelDownload(place: AttachmentPlace): Promise<Result<void>>;
}

export interface Core {
    /** Vaults in this browser, last opened first. */
    profiles(): Promise<Result<ProfileInfo[]>>;
    /** Makes a vault and opens it; `query('kit')` gives the words until `forgetKit`. */
    create(setup: Setup, passphrase: string): Promise<Result<{ id: string }>>;
    /** Makes a vault for an officer who wants to join an organization, and opens it. */
    createOfficer(name: string, passphrase: string): Promise<Result<{ id: string }>>;
    /** Opens a new vault by the words of a kit and the relay printed beside them. `ordinary`: may not take out other devices. */
    join(
        words: string,
        relay: string,
        passphrase: string,
        options?: { ordinary?: boolean },
    ): Promise<Result<{ id: string }>>;
    /** Opens a vault of this browser; `portal.elsewhere` when another tab has it open. */
    open(id: string, passphrase: string): Promise<Result<{ id: string }>>;
    /** Opens by the passkey of this device; the browser asks the person. */
    openByPasskey(id: string): Promise<Result<{ id: string }>>;
    /** Makes a passkey that opens the vault that is open now, beside the passphrase. `portal.passkey_unfit` when it cannot. */
    addPasskey(): Promise<Result<void>>;
    /** From now on the passkey opens nothing here; the person may delete it from the device as well. */
    removePasskey(): Promise<Result<void>>;
    /** Whether this browser can make passkeys that open a vault; the device may still be unfit. */
    passkeys(): Promise<boolean>;
    /** Begins to load the core, so that unlocking need not wait for it: when the passphrase's field gets the focus. */
    warm(): void;
    /** The vault that is open in this tab. */
    current(): Promise<Result<ProfileInfo | undefined>>;
    /** Closes the open vault: keys and plain texts go with the worker that held them. */
    lock(): Promise<void>;
    /** Locks after so many seconds without a touch; 0 never. At first 900. Kept for this browser. */
    lockAfter(seconds: number): void;
    /** What `lockAfter` is at present. */
    readonly lockSeconds: number;
    /** Deletes a vault from this browser, copies of files included. It cannot be undone here. */
    remove(id: string): Promise<Result<void>>;
    /** Changes the passphrase of the open vault. */
    changePassphrase(passphrase: string): Promise<Result<void>>;
    /** The person has written the words down. */
    forgetKit(): Promise<Result<void>>;

    /**
     * Reads. Entries that the core needs are brought, the time is added. `checkChain`, `exportAll` and `exportRecords` are done in steps:
     * events of kind `job` say how far they are.
     */
    query<M extends QueryName>(method: M, ...args: QueryArgs<M>): Promise<Result<QueryValue<M>>>;
    /** Changes something: stored when this answers, then sent without being waited for. */
    command<M extends CommandName>(method: M, ...args: CommandArgs<M>): Promise<Result<Outcome>>;
    /** Gives up a check or an export; its query answers `cancelled`. */
    cancelJob(id: string): Promise<Result<void>>;
    /** Checks an export; needs no open vault. */
    verifyExport(file: Uint8Array, trusted: string): Promise<Result<Verification>>;

    /** Sends everything and takes all news, and answers when nothing is left for now. `portal.network` when no relay was reached. */
    sync(): Promise<Result<Profile>>;
    /** Whether news are waited for as they come (from the start they are); hidden tabs ask now and then instead. */
    watch(on: boolean): Promise<Result<void>>;
    network(): Promise<Result<Network>>;
    readonly files: Files;

    /** How this browser keeps what is stored. */
    storage(): Promise<StorageFacts>;
    /** Asks the browser to keep it; some ask the person. Best after the first record. */
    persist(): Promise<StorageFacts>;
    /** Changes to the newer portal that waits; the page is loaded anew. */
    update(): Promise<void>;
    /** Listens until the given function is called. */
    on(listener: (event: CoreEvent) => void): () => void;
}
