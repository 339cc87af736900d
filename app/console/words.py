"""How are levels, severities, defences and rules called on a page? Each in Indonesian and English (E10: never an accusation)."""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """The same thing said twice."""

    id: str
    en: str


NOTICE: Final = Words("Indikasi statistik, bukan putusan", "statistical indication, not a finding of law")
LEVELS: Final = {
    0: Words("tanpa indikasi", "no indication"),
    1: Words("harga tidak biasa", "unusual price only"),
    2: Words("harga sangat rendah, di atas biaya", "very low price, above cost"),
    3: Words("mungkin di bawah biaya", "possibly below cost"),
    4: Words("di bawah biaya terdokumentasi", "below a documented cost"),
}
SEVERITIES: Final = {
    "NONE": Words("Tidak ada", "none"),
    "INFO": Words("Info", "info"),
    "LOW": Words("Rendah", "low"),
    "MEDIUM": Words("Sedang", "medium"),
    "HIGH": Words("Tinggi", "high"),
    "CRITICAL": Words("Kritis", "critical"),
}
TIERS: Final = {
    "T1": Words("dokumen biaya yang diterima", "accepted cost document"),
    "T2": Words("patokan terbit atau pernyataan penjual", "published benchmark or seller's declaration"),
    "T3": Words("taksiran", "estimate"),
    "T4": Words("biaya tidak diketahui", "cost unknown"),
}
STATUSES: Final = {
    "holds": Words("berlaku", "holds"),
    "fails": Words("tidak berlaku", "fails"),
    "unknown": Words("belum diketahui", "unknown"),
    "triggered": Words("terpenuhi", "met"),
    "not_triggered": Words("tidak terpenuhi", "not met"),
    "passed": Words("tidak terpenuhi", "not met"),
    "insufficient": Words("data belum cukup", "insufficient data"),
    "insufficient_data": Words("data belum cukup", "insufficient data"),
    "open": Words("masih berjalan", "open"),
    "closed": Words("selesai", "closed"),
}
DEFENCES: Final = {
    "D1": Words("harga perkenalan", "introductory price"),
    "D2": Words("barang mudah rusak", "perishable goods"),
    "D3": Words("cuci gudang", "clearance of stock"),
    "D4": Words("barang musiman", "seasonal goods"),
    "D5": Words("mengikuti harga pesaing", "meeting competition"),
    "D6": Words("promosi singkat", "short promotion"),
    "D7": Words("dibiayai platform", "funded by the platform"),
    "D8": Words("guncangan biaya", "cost shock"),
    "D9": Words("salah harga", "price error"),
    "D10": Words("pesaing keluar karena sebab lain", "rival left for another reason"),
    "D11": Words("efisiensi", "efficiency"),
    "D12": Words("beda mutu", "difference in quality"),
    "D13": Words("perbaikan pernyataan", "honest correction"),
    "D14": Words("barang dikecualikan", "exempt goods"),
    "D15": Words("tutup usaha", "going out of business"),
}
RULES: Final = {
    "R01": Words("harga di bawah biaya variabel rata-rata", "price under average variable cost"),
    "R02": Words("antara biaya variabel dan biaya total", "between variable and total cost"),
    "R03": Words("di bawah biaya yang dapat dihindari", "under avoidable cost"),
    "R05": Words("di bawah harga pokok dalam satu periode", "under cost of goods over a period"),
    "R06": Words("harga sangat rendah dibanding pesaing", "very low against matched rivals"),
    "R08": Words("tanda maksud", "signals of intent"),
    "R09": Words("pangsa satu penjual", "share of one seller"),
    "R10": Words("pangsa kelompok", "share of a group"),
    "R12": Words("kekuatan keuangan", "financial power"),
    "R15": Words("pesaing tersingkir", "rivals eliminated"),
    "R20": Words("harga minimum impor", "minimum import price"),
    "R30": Words("pengecualian usaha kecil", "small business exemption"),
}
SIZES: Final = {
    "micro": Words("usaha mikro", "micro"),
    "small": Words("usaha kecil", "small"),
    "medium": Words("usaha menengah", "medium"),
    "large": Words("usaha besar", "large"),
}


def level(number: int | None) -> Words:
    """Name of a level; what was not judged has none."""
    return LEVELS.get(number, LEVELS[0]) if number is not None else Words("belum dinilai", "not judged yet")


def severity(name: str | None) -> Words:
    """Name of a severity."""
    return SEVERITIES.get(name or "NONE", Words(str(name), str(name)))


def tier(name: str | None) -> Words:
    """Name of a cost tier; none is T4."""
    return TIERS.get(name or "T4", TIERS["T4"])


def status(name: str | None) -> Words:
    """Name of a status of a test, a defence or a finding; an unheard one is shown as it is."""
    plain = str(name or "unknown")
    return STATUSES.get(plain, Words(plain.replace("_", " "), plain.replace("_", " ")))


def defence(ident: str) -> Words:
    """Name of a defence."""
    return DEFENCES.get(ident, Words(ident, ident))


def rule(ident: str) -> Words:
    """Name of a rule."""
    return RULES.get(ident, Words(ident, ident))


def size(name: str | None) -> Words:
    """Name of a size class."""
    return SIZES.get(name or "", Words("belum diketahui", "unknown"))


def summary(legal_level: int, holding: list[str], *, late_in_day: bool) -> Words:
    """One line that labels a product for what it is: what is a fact, and whether a lawful defence holds."""
    if legal_level >= 3 and "D2" in holding:
        when = Words(" sore hari", "evening ") if late_in_day else Words("", "")
        return Words(
            f"Obral barang mudah rusak{when.id}: dijual di bawah biaya, ya; pembelaan yang sah berlaku.",
            f"{when.en}clearance of perishables: sold below cost, yes; a lawful defence holds.".capitalize(),
        )
    if legal_level >= 3:
        certain, possible = Words("Dijual di bawah biaya", "Sold below cost"), Words("Mungkin di bawah biaya", "Possibly below cost")
        fact = certain if legal_level == 4 else possible
    else:
        fact = Words(level(legal_level).id.capitalize(), level(legal_level).en.capitalize())
    if not holding:
        none = Words("; tidak ada pembelaan yang berlaku.", "; no defence holds.") if legal_level >= 2 else Words(".", ".")
        return Words(fact.id + none.id, fact.en + none.en)
    names = [(f"{d} {defence(d).id}", f"{d} {defence(d).en}") for d in holding]
    return Words(
        f"{fact.id}; pembelaan yang sah berlaku: {', '.join(n[0] for n in names)}.",
        f"{fact.en}; a lawful defence holds: {', '.join(n[1] for n in names)}.",
    )
