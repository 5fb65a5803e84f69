export const en = {
    lockNow: 'Lock',
    updateWaits: 'A newer version of Satchel is ready.',
    noScreenTitle: 'This page did not load',
    nothingHere: 'There is nothing here',
    nothingHereText: 'The address may be old or mistyped.',
    toHome: 'To the start page',
    loadingScreen: 'One moment',
    language: 'Language',

    // The roles
    patient: 'Patient',
    patientDoor: 'Keep my own health record and decide who sees it',
    practitioner: 'Doctor or nurse',
    practitionerDoor: 'Read what patients share with me, write reports and prescriptions',
    laboratory: 'Laboratory',
    laboratoryDoor: 'Take requests and send signed results',
    organization: 'Organization',
    organizationDoor: 'Vouch for the staff of a hospital, practice or laboratory',
    auditor: 'Auditor',

    // Welcome
    welcomeTitle: 'Your health record, in your hands',
    welcomeLead: 'Satchel keeps your record on your own device. Doctors and laboratories see what you choose to show them, for as long as you choose.',
    welcomeWho: 'Who are you?',
    welcomeKit: 'I have a recovery kit',
    welcomeKitHint: 'Bring a record back, or add a second device',
    welcomeVerify: 'Check an exported file',
    welcomeVerifyHint: 'See what a file proves; nothing leaves this browser',
    vaultsTitle: 'Open a record',
    vaultsLead: 'Records on this device',
    vaultOpened: 'Opened {time}',
    vaultElsewhere: 'Open in another tab',
    vaultJoining: 'Being brought back',
    addAnother: 'Create another one',
    cannotStore: 'This browser does not let Satchel store anything here. A private window may be the reason.',

    insecure: 'This address is not secure (no https). Camera, keys and storage work only on a secure address or on this computer itself.',

    linkWaits: 'The link you opened waits. Open your record first.',
    linkOffer: 'Somebody offers you a look into their record. Say below who you are and make a place of your own: the link waits until then.',
    linkContact: 'By the link you opened a patient asks for an appointment. Make your record or bring it back: the link waits until then.',
    linkElsewhere: 'A link for somebody else',
    offerElsewhere: 'This link gives a doctor or a laboratory access to somebody’s record. You are here as a patient, and a patient cannot use it. It was not used.',
    contactElsewhere: 'By this link patients ask for an appointment. Open it where you are the patient.',

    sampleLook: 'Look around with sample data',
    sampleHint: 'An invented record, filled in one click',
} as const;
