// No screen without pictures: every route of every role is in the tour, in the gallery's own list or in a scene, or here with its reason.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { SCREENS } from '../e2e/support/tour.mjs';
import { PLACES, routeOf } from '../gallery/places.mjs';
import { SCENES } from '../gallery/scenes.mjs';

const ROLES = {
    patient: ['patient/routes.ts'],
    practitioner: ['doctor/routes.ts', 'doctor/care/routes.ts'],
    laboratory: ['laboratory/routes.ts', 'doctor/care/routes.ts'],
    organization: ['organization/routes.ts'],
};

/** Routes without a picture of their own. */
const WITHOUT = {
    patient: { '/contact': 'the form of /appointments/new, opened by a link' },
    practitioner: {
        '/offer': 'the screen of /scan, opened by a link',
        '/copies/*/*': 'in the demo nobody has a result sent to a doctor without access',
        '/recovered': 'looked at where a patient sees it',
    },
    laboratory: {
        '/offer': 'the screen of /scan, opened by a link',
        '/claims/*': 'looked at where a doctor sees it',
        '/copies/*/*': 'copies go to whoever ordered',
        '/patients/*/delegate': 'looked at where a doctor sees it',
        '/delegations': 'looked at where a doctor sees it',
        '/deletions': 'looked at where a doctor sees it',
        '/desk': 'looked at where a doctor sees it',
        '/recovered': 'looked at where a patient sees it',
    },
    organization: {
        '/offer': 'the screen of /scan, opened by a link',
        '/claims/*': 'looked at where a doctor sees it',
        '/patients/*': 'the screen of /team',
        '/recovered': 'looked at where a patient sees it',
    },
};

const routesIn = (file) => {
    const text = readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
    return [...text.matchAll(/path: '([^']+)', load/g)].map(([, path]) => path.replace(/:\w+/g, '*'));
};
const common = routesIn('app/screens/routes.ts');

for (const [role, files] of Object.entries(ROLES)) {
    test(`every route of ${role} has pictures`, () => {
        const routes = new Set([...files.flatMap(routesIn), ...common]);
        assert.ok(routes.size > common.length + 5, 'the routes were found');
        const places = [...Object.values(SCREENS[role]), ...Object.values(PLACES[role])].map(routeOf);
        const pictured = [...places, ...Object.values(SCENES[role] ?? {})];
        const covered = new Set(pictured.flatMap((path) => [path, path.replace(/^(\/add)\/[\w-]+$/, '$1/*')]));
        const missing = [...routes].filter((route) => !covered.has(route) && !(route in WITHOUT[role]));
        assert.deepEqual(missing, [], 'routes without pictures');
        const idle = Object.keys(WITHOUT[role]).filter((route) => !routes.has(route));
        assert.deepEqual(idle, [], 'reasons for routes that are not there');
        const double = Object.keys(WITHOUT[role]).filter((route) => covered.has(route));
        assert.deepEqual(double.filter((route) => route !== '/offer'), [], 'reasons for routes that have pictures');
    });
}
