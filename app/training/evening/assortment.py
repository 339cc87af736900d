"""Which goods do the invented sellers carry? Leaf categories with ordinary Indonesian price ranges, in rupiah."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Category:
    """One leaf category: what it sells, for how much, at which usual share of cost in the price."""

    category_id: str
    goods: tuple[str, ...]
    low: int
    high: int
    cost_share: tuple[float, float]
    basket: float
    """mean number of units in an order line, beyond the first"""


CATEGORIES: Final = (
    Category(
        "kids-tshirt",
        ("Kaos anak polos S", "Kaos anak polos M", "Kaos anak motif", "Setelan anak", "Kaos anak lengan panjang", "Piyama anak"),
        28_000,
        75_000,
        (0.62, 0.80),
        0.9,
    ),
    Category(
        "hijab",
        ("Hijab segi empat voal", "Pashmina kerut", "Bergo instan", "Hijab sport", "Ciput rajut", "Pashmina jersey"),
        19_000,
        85_000,
        (0.58, 0.78),
        1.1,
    ),
    Category(
        "sandal",
        ("Sandal jepit karet", "Sandal gunung", "Sandal rumah", "Sandal anak", "Selop wanita", "Sandal kulit sintetis"),
        22_000,
        140_000,
        (0.62, 0.80),
        0.4,
    ),
    Category(
        "face-serum",
        ("Serum niacinamide 20 ml", "Serum vitamin C 20 ml", "Serum retinol 15 ml", "Toner 100 ml", "Tabir surya 40 ml", "Pelembap 30 g"),
        35_000,
        130_000,
        (0.45, 0.68),
        0.5,
    ),
    Category(
        "chips",
        ("Keripik singkong 250 g", "Keripik tempe 200 g", "Makaroni pedas 500 g", "Basreng 250 g", "Rengginang", "Kerupuk udang"),
        12_000,
        45_000,
        (0.66, 0.84),
        2.2,
    ),
    Category(
        "ground-coffee",
        ("Kopi bubuk 200 g", "Kopi robusta 250 g", "Kopi arabika 200 g", "Kopi susu sachet 20", "Kopi gula aren 500 ml", "Kopi drip 10"),
        24_000,
        95_000,
        (0.64, 0.82),
        1.0,
    ),
    Category(
        "frying-pan",
        ("Wajan 24 cm", "Wajan 28 cm", "Panci susu 16 cm", "Set panci 3", "Teflon mini 20 cm", "Kukusan 26 cm"),
        65_000,
        320_000,
        (0.70, 0.85),
        0.2,
    ),
    Category(
        "phone-charger",
        ("Charger 20 W", "Kabel tipe C 1 m", "Charger mobil", "Power bank 10000 mAh", "Kabel 3 in 1", "Charger 33 W"),
        18_000,
        185_000,
        (0.66, 0.84),
        0.4,
    ),
    Category(
        "tote-bag",
        ("Tote bag kanvas", "Tas selempang kecil", "Ransel mini", "Tas laptop 14 inci", "Dompet panjang", "Tas belanja lipat"),
        25_000,
        160_000,
        (0.58, 0.78),
        0.3,
    ),
    Category(
        "detergent",
        ("Deterjen cair 1,6 l", "Deterjen bubuk 1,8 kg", "Pelembut 1,5 l", "Sabun cuci piring 1,5 l", "Pembersih lantai", "Karbol"),
        15_000,
        48_000,
        (0.78, 0.90),
        1.6,
    ),
    Category(
        "diapers",
        ("Popok celana S 40", "Popok celana M 34", "Popok celana L 30", "Popok celana XL 26", "Tisu basah 2 x 50", "Perlak bayi"),
        38_000,
        98_000,
        (0.80, 0.91),
        0.8,
    ),
    Category(
        "cooking-oil",
        ("Minyak goreng 1 l", "Minyak goreng 2 l", "Minyak kelapa 1 l", "Margarin 1 kg", "Minyak jagung 1 l", "Minyak goreng 5 l"),
        18_000,
        105_000,
        (0.84, 0.92),
        1.2,
    ),
)

STANDARD_GOODS: Final = 4
"""The first goods of each category are the same thing everywhere (matched, A3); the rest differ by maker and stay unmatched."""

PROVINCES: Final = ("Jawa Barat", "Jawa Timur", "Jawa Tengah", "Banten", "DKI Jakarta", "Sumatera Utara", "Sulawesi Selatan", "Bali")
