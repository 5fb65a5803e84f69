import type { Translation } from '../../text/message';
import type { en } from './en';

export default {
    saveFile: 'حفظ كملف',
    shareFile: 'مشاركة',
    showCodes: 'عرض كرموز',
    codesTitle: 'ضع الكاميرا الأخرى هنا',
    codesText: 'تتبدل الرموز تلقائيًا حتى تُقرأ كلها.',
    codesPart: 'الرمز {at} من {of}',
    codesStop: 'إنهاء',
    takeFile: 'اختيار الملف',
    takeScan: 'مسح الرموز',
    takeRead: 'الرموز المقروءة: {done} من {of}',
    takeOther: 'هذا الرمز يخص شيئًا آخر.',
    fileSaved: 'حُفظ باسم {name}.',
    handedFingerprint: 'البصمة:',
    handedCompare: 'قارنها بالبصمة على الشاشة الأخرى.',
    handedVouched: 'تضمنه {organization}',
    handedOther: 'هذا ليس الملف المطلوب هنا.',
} satisfies Translation<typeof en>;
