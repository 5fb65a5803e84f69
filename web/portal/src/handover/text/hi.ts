import type { Translation } from '../../text/message';
import type { en } from './en';

export default {
    saveFile: 'फ़ाइल के रूप में सहेजें',
    shareFile: 'साझा करें',
    showCodes: 'कोड के रूप में दिखाएँ',
    codesTitle: 'दूसरा कैमरा यहाँ रखें',
    codesText: 'जब तक सब पढ़ न लिए जाएँ, कोड अपने आप बदलते रहते हैं।',
    codesPart: 'कोड {at} / {of}',
    codesStop: 'बंद करें',
    takeFile: 'फ़ाइल चुनें',
    takeScan: 'कोड स्कैन करें',
    takeRead: '{of} में से {done} कोड पढ़े गए',
    takeOther: 'यह कोड किसी और चीज़ का है।',
    fileSaved: '{name} नाम से सहेजा गया।',
    handedFingerprint: 'पहचान-छाप:',
    handedCompare: 'इसे दूसरी स्क्रीन वाली से मिलाएँ।',
    handedVouched: 'पहचान की पुष्टि: {organization}',
    handedOther: 'यह फ़ाइल वह नहीं है जो यहाँ चाहिए।',
} satisfies Translation<typeof en>;
