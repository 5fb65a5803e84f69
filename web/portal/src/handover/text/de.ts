import type { Translation } from '../../text/message';
import type { en } from './en';

export default {
    saveFile: 'Als Datei sichern',
    shareFile: 'Teilen',
    showCodes: 'Als Codes zeigen',
    codesTitle: 'Die andere Kamera hierher halten',
    codesText: 'Die Codes wechseln von selbst, bis alle gelesen sind.',
    codesPart: 'Code {at} von {of}',
    codesStop: 'Beenden',
    takeFile: 'Datei wählen',
    takeScan: 'Codes scannen',
    takeRead: '{done} von {of} Codes gelesen',
    takeOther: 'Dieser Code gehört zu etwas anderem.',
    fileSaved: 'Gesichert als {name}.',
    handedFingerprint: 'Fingerabdruck:',
    handedCompare: 'Vergleichen Sie ihn mit dem auf dem anderen Bildschirm.',
    handedVouched: 'Dafür bürgt {organization}',
    handedOther: 'Diese Datei ist etwas anderes, als hier gebraucht wird.',
} satisfies Translation<typeof en>;
