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
    takeFile: 'اختر الملف',
    takeScan: 'امسح الرموز',
    takeRead: 'قُرئ {done} من {of} من الرموز',
    takeOther: 'هذا الرمز يخص شيئًا آخر.',
    fileSaved: 'حُفظ باسم {name}.',
    handedFingerprint: 'البصمة:',
    handedCompare: 'قارنها بالتي على الشاشة الأخرى.',
    handedVouched: 'تضمنه {organization}',
    handedOther: 'هذا الملف شيء آخر غير المطلوب هنا.',
} satisfies Translation<typeof en>;
