import type { Translation } from '../../text/message';
import type { en } from './en';

export default {
    saveFile: 'Als Datei speichern',
    shareFile: 'Teilen',
    showCodes: 'Als Codes zeigen',
    codesTitle: 'Die andere Kamera hierher halten',
    codesText: 'Die Codes wechseln von selbst, bis alle gelesen sind.',
    codesPart: 'Code {at} von {of}',
    codesStop: 'Beenden',
    takeFile: 'Datei auswählen',
    takeScan: 'Codes scannen',
    takeRead: '{done} von {of} Codes gelesen',
    takeOther: 'Dieser Code gehört zu etwas anderem.',
    fileSaved: 'Gespeichert als {name}.',
    handedFingerprint: 'Fingerabdruck:',
    handedCompare: 'Vergleichen Sie ihn mit dem auf dem anderen Bildschirm.',
    handedVouched: 'Dafür bürgt {organization}',
    handedOther: 'Das ist nicht die Datei, die hier gebraucht wird.',
} satisfies Translation<typeof en>;
