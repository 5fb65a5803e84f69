import type { Role } from '../app/route';

export const role: Role = { screens: [], tabs: [] };
