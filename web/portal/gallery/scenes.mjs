// Screens that need a moment between two people: a code that is shown, a claim that waits for an answer.

import { visit } from './places.mjs';

/** What the scenes show, role by role, with the route of each. */
export const SCENES = {
    patient: { code: '/share/*', confirm: '/share/*', declined: '/share/*' },
    practitioner: { offer: '/offer', claim: '/claims/*', 'claim-declined': '/claims/*' },
};

const addressNow = ({ page }) => new URL(page.url()).pathname;

/** A patient shows a code, a practitioner reads it and asks, the patient says no. `shoot(person, screen, address)` takes all pictures of a screen. */
export async function consent(patient, doctor, shoot) {
    await visit(patient, '/share');
    await patient.page.getByRole('radio', { name: /^A doctor, for a visit/ }).check();
    await patient.press('Show the code');
    const link = await patient.codeText();
    const shown = addressNow(patient);
    await shoot(patient, 'code', shown);
    await visit(doctor, '/scan');
    await doctor.fill('Or paste the link', link);
    await doctor.press('Use the link');
    await doctor.see('Nothing was sent yet.');
    await shoot(doctor, 'offer');
    await doctor.press('Ask for access');
    await doctor.see('Do both screens show the same four symbols?');
    await shoot(doctor, 'claim', addressNow(doctor));
    await visit(patient, shown);
    await patient.see('Somebody asks for access');
    await shoot(patient, 'confirm', shown);
    await patient.press('No, do not share');
    await doctor.see('The patient said no.');
    await shoot(doctor, 'claim-declined', addressNow(doctor));
    await shoot(patient, 'declined', shown);
}
