// Which vault is open, how the relay is reached, and what the core tells.

import type { Fault, Network, Profile, ProfileInfo, Result, Show } from '@satchel/core';
import { textsReady } from '../text/language.svelte';
import { news, wantPhrases } from '../text/phrase.svelte';
import { toast } from '../ui/toast.svelte';
import { core } from './core';
import { changed, forgetAnswers } from './live.svelte';
import { toneOf } from './news';
import { currentPath } from './place.svelte';
import { type Role, type RoleName, isRole, roles } from './route';

type Stage = 'starting' | 'door' | 'open';

let stage = $state<Stage>('starting');
let vaults = $state.raw<ProfileInfo[]>([]);
let current = $state.raw<ProfileInfo>();
let profile = $state.raw<Profile>();
let role = $state.raw<Role>();
let roleName: RoleName | undefined;
let network = $state.raw<Network>({ state: 'unknown', busy: false });
let update = $state(false);
let locked = $state<'asked' | 'idle' | 'ended' | 'conflict'>();
let trouble = $state.raw<Fault>();
let shutOut = $state(false);
let wrongClock = $state.raw<Show>();

export const session = {
    get stage() {
        return stage;
    },
    /** Vaults in this browser. */
    get vaults() {
        return vaults;
    },
    /** The one that is open. */
    get current() {
        return current;
    },
    get profile() {
        return profile;
    },
    get role() {
        return role;
    },
    get network() {
        return network;
    },
    /** A newer portal waits. */
    get update() {
        return update;
    },
    /** Why the vault was closed the last time. */
    get locked() {
        return locked;
    },
    /** The relay no longer knows this device: it was taken out by another one. */
    get shutOut() {
        return shutOut;
    },
    /** What the core said of this device's clock, when it is wrong. */
    get wrongClock() {
        return wrongClock;
    },
    /** Why nothing can be opened here at all. */
    get trouble() {
        return trouble;
    },
};

/** Looks what is there. */
export async function begin(): Promise<void> {
    core.on((event) => {
        switch (event.kind) {
            case 'changed':
                changed();
                void describe();
                break;
            case 'show':
                tell(event.show);
                break;
            case 'network':
                network = event.network;
                break;
            case 'locked':
                close(event.reason);
                break;
            case 'profiles':
                void list();
                break;
            case 'update':
                update = true;
                break;
            case 'progress':
                break;
        }
    });
    await list();
    const open = await core.current();
    if (open.ok && open.value) await enter();
    else stage = 'door';
}

async function list(): Promise<void> {
    const answer = await core.profiles();
    if (answer.ok) vaults = answer.value;
    trouble = answer.ok ? undefined : answer.error;
}

/** Whose vault it is and how much waits to be sent. */
async function describe(): Promise<void> {
    const answer = await core.query('profile');
    if (!answer.ok) return;
    profile = answer.value;
    // A vault that is brought back learns whose it is on the way: then the screens are another role's.
    if (stage === 'open' && isRole(profile.role) && profile.role !== roleName) await play(profile.role);
}

/** The role's screens come. */
async function play(name: RoleName): Promise<void> {
    roleName = name;
    role = (await roles[name]()).role;
}

/** Whose vault it is. One that joins does not know yet; only a new officer's has a request to show. */
async function roleOf(row: ProfileInfo | undefined): Promise<RoleName> {
    const known = profile?.role || row?.role || '';
    if (isRole(known)) return known;
    return (await core.query('officerRequest')).ok ? 'organization' : 'patient';
}

/** After a vault was opened, made or joined: its role's screens come. */
export async function enter(): Promise<void> {
    forgetAnswers();
    wantPhrases();
    const [open] = await Promise.all([core.current(), describe()]);
    await play(await roleOf(open.ok ? open.value : undefined));
    await textsReady();
    current = open.ok ? open.value : undefined;
    const reached = await core.network();
    if (reached.ok) network = reached.value;
    locked = undefined;
    stage = 'open';
    void list();
}

/** Opens one of the vaults. */
export async function unlock(id: string, passphrase: string): Promise<Fault | undefined> {
    return entered(await core.open(id, passphrase));
}

/** Goes in, if what was tried worked. */
export async function entered(answer: Result<{ id: string }>): Promise<Fault | undefined> {
    if (!answer.ok) return answer.error;
    await enter();
    return undefined;
}

export async function lock(): Promise<void> {
    await core.lock();
    close('asked');
}

function close(reason: typeof locked): void {
    if (stage !== 'open') return;
    stage = 'door';
    locked = reason;
    current = undefined;
    profile = undefined;
    role = undefined;
    shutOut = false;
    wrongClock = undefined;
    forgetAnswers();
    void list();
}

function tell(shows: readonly Show[]): void {
    for (const show of shows) {
        if (show.kind === 'show.device_unreachable') shutOut = true;
        if (show.kind === 'show.clock') wrongClock = show;
        // While a record is being made or brought back, its own screens say how far it is.
        if (stage !== 'open') continue;
        const tone = toneOf(show);
        const more = role?.more?.(show);
        // Where the news are seen anyway, nothing is said twice.
        if (tone && !(more && more === currentPath())) toast(news(show), tone, more);
    }
}
