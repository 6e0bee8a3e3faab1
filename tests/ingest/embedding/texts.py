"""Four short messages to a support desk in fourteen languages, each a translation; none is a calibration text."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "en": (
        "The parcel was left with a neighbour who is on holiday.",
        "My coffee machine leaks water after ten minutes.",
        "The invoice shows the wrong company address.",
        "I can no longer sign in since I changed my telephone.",
    ),
    "de": (
        "Das Paket wurde bei einem Nachbarn abgegeben, der im Urlaub ist.",
        "Meine Kaffeemaschine verliert nach zehn Minuten Wasser.",
        "Auf der Rechnung steht die falsche Firmenadresse.",
        "Seit ich mein Telefon gewechselt habe, kann ich mich nicht mehr anmelden.",
    ),
    "fr": (
        "Le colis a été laissé chez un voisin qui est en vacances.",
        "Ma machine à café perd de l'eau au bout de dix minutes.",
        "La facture indique une mauvaise adresse de société.",
        "Je ne peux plus me connecter depuis que j'ai changé de téléphone.",
    ),
    "es": (
        "Dejaron el paquete con un vecino que está de vacaciones.",
        "Mi cafetera pierde agua después de diez minutos.",
        "La factura muestra la dirección equivocada de la empresa.",
        "Ya no puedo iniciar sesión desde que cambié de teléfono.",
    ),
    "pt": (
        "A encomenda foi deixada com um vizinho que está de férias.",
        "A minha máquina de café perde água ao fim de dez minutos.",
        "A fatura mostra a morada errada da empresa.",
        "Já não consigo entrar na conta desde que mudei de telefone.",
    ),
    "it": (
        "Il pacco è stato lasciato a un vicino che è in vacanza.",
        "La mia macchina del caffè perde acqua dopo dieci minuti.",
        "La fattura riporta l'indirizzo sbagliato dell'azienda.",
        "Non riesco più ad accedere da quando ho cambiato telefono.",
    ),
    "pl": (
        "Paczkę zostawiono u sąsiada, który jest na urlopie.",
        "Mój ekspres do kawy po dziesięciu minutach przecieka.",
        "Na fakturze jest niewłaściwy adres firmy.",
        "Odkąd zmieniłem telefon, nie mogę się już zalogować.",
    ),
    "nl": (
        "Het pakket is afgegeven bij een buurman die op vakantie is.",
        "Mijn koffiezetapparaat lekt na tien minuten water.",
        "Op de factuur staat het verkeerde bedrijfsadres.",
        "Sinds ik van telefoon ben gewisseld, kan ik niet meer inloggen.",
    ),
    "tr": (
        "Paket, tatilde olan bir komşuya bırakıldı.",
        "Kahve makinem on dakika sonra su sızdırıyor.",
        "Faturada şirketin adresi yanlış yazıyor.",
        "Telefonumu değiştirdiğimden beri artık giriş yapamıyorum.",
    ),
    "ar": (
        "تُرك الطرد عند جار مسافر في إجازة.",
        "آلة القهوة عندي تسرّب الماء بعد عشر دقائق.",
        "تظهر الفاتورة عنوان شركة غير صحيح.",
        "لم أعد أستطيع تسجيل الدخول منذ أن غيّرت هاتفي.",
    ),
    "hi": (
        "पार्सल एक ऐसे पड़ोसी के पास छोड़ दिया गया जो छुट्टी पर है।",
        "मेरी कॉफ़ी मशीन से दस मिनट बाद पानी टपकने लगता है।",
        "बिल पर कंपनी का ग़लत पता लिखा है।",
        "फ़ोन बदलने के बाद से मैं लॉग इन नहीं कर पा रहा हूँ।",
    ),
    "ja": (
        "荷物が、旅行中の隣人に預けられてしまいました。",
        "コーヒーメーカーが十分後に水漏れします。",
        "請求書の会社の住所が間違っています。",
        "電話を替えてから、ログインできなくなりました。",
    ),
    "zh": (
        "包裹被放在了一位正在度假的邻居那里。",
        "我的咖啡机用了十分钟后就漏水。",
        "发票上的公司地址写错了。",
        "换了手机以后，我再也登录不了了。",
    ),
    "th": (
        "พัสดุถูกฝากไว้กับเพื่อนบ้านที่กำลังไปเที่ยวพักร้อน",
        "เครื่องชงกาแฟของฉันมีน้ำรั่วหลังจากใช้ไปสิบนาที",
        "ใบแจ้งหนี้แสดงที่อยู่บริษัทผิด",
        "ตั้งแต่เปลี่ยนโทรศัพท์ ฉันก็เข้าสู่ระบบไม่ได้อีกเลย",
    ),
}
