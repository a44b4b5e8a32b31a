"""Where people in each country spend: shops, bills and subscriptions, with usual prices."""

from __future__ import annotations

from typing import NamedTuple

from demo_bank.names import split_words


class Habit(NamedTuple):
    """One way of spending: how often a month, the usual price in pence, its spread."""

    category: str
    per_month: float
    pence: int
    spread: float
    minutes: tuple[int, int]
    round_to: int


HABITS = (
    Habit("groceries", 9.0, 3_300, 0.55, (540, 1230), 1),
    Habit("coffee", 7.0, 420, 0.25, (430, 960), 5),
    Habit("eating_out", 5.0, 2_300, 0.5, (720, 1320), 10),
    Habit("transport", 8.0, 480, 0.5, (400, 1380), 10),
    Habit("fuel", 1.6, 5_200, 0.2, (420, 1260), 1),
    Habit("shopping", 4.0, 3_100, 0.75, (480, 1400), 1),
    Habit("health", 0.8, 1_800, 0.5, (540, 1140), 5),
    Habit("entertainment", 1.4, 1_900, 0.4, (600, 1380), 50),
    Habit("cash", 1.6, 4_500, 0.5, (480, 1380), 1000),
)

SHOPS: dict[str, dict[str, tuple[str, ...]]] = {
    "GB": {
        "groceries": split_words("Tesco, Sainsbury's, Marrow & Leek, Cornerstone Co-op, Lidl"),
        "coffee": split_words("Bean & Gone, Copper Kettle, Costa, Daily Grind Leeds"),
        "eating_out": split_words("The Tin Whistle, Saffron House, Nonna's Table, Fox & Fiddle, Wok Lane"),
        "transport": split_words("TfL Travel Charge, Orbit Rail, Metro Cabs, CityHop Bikes"),
        "fuel": split_words("Shell, Moorland Services, Asda Fuel"),
        "shopping": split_words("Amazon, Argos, Larkspur Home, Thread & Thimble, Voltway Electronics"),
        "health": split_words("Boots, Elm Road Pharmacy, BrightSmile Dental"),
        "entertainment": split_words("Regal Picturehouse, Kingfisher Bowl, City Theatre"),
        "cash": split_words("Harbour Bank ATM, LINK ATM High Street"),
    },
    "IE": {
        "groceries": split_words("Dunnes Stores, SuperValu, Tesco Ireland, Green Barrow"),
        "coffee": split_words("Insomnia, Quay Coffee, The Brass Bean"),
        "eating_out": split_words("The Salty Gull, Mulligan's Kitchen, Saffron Lane"),
        "transport": split_words("Leap Card, Irish Rail, Liffey Cabs"),
        "fuel": split_words("Circle K, Applegreen"),
        "shopping": split_words("Penneys, Amazon, Hearth & Home, Voltway"),
        "health": split_words("Harcourt Pharmacy, Dunmore Dental"),
        "entertainment": split_words("Light House Cinema, Corrib Bowl"),
        "cash": split_words("Harbour Bank ATM, Quay Street ATM"),
    },
    "DE": {
        "groceries": split_words("REWE, Edeka, Lidl, Biohof Grün"),
        "coffee": split_words("Bäckerei Sommer, Kaffeewerk, Backstube Nord"),
        "eating_out": split_words("Gasthof zur Linde, Pizzeria Bella, Sultan Grill"),
        "transport": split_words("Deutsche Bahn, BVG Ticket, Stadtrad"),
        "fuel": split_words("Aral, Tankstelle Nord"),
        "shopping": split_words("Amazon, Kaufhaus Adler, Elektro Blitz, Otto Mode"),
        "health": split_words("Apotheke am Markt, Zahnarzt Dr. Lang"),
        "entertainment": split_words("Kino Astoria, Theater am Fluss"),
        "cash": split_words("Harbour Bank Geldautomat, Geldautomat Bahnhof"),
    },
    "ES": {
        "groceries": split_words("Mercadona, Mercado La Huerta, Supersol Centro"),
        "coffee": split_words("Café Lisboa, Bar Manolo, Panadería Sol"),
        "eating_out": split_words("Casa Pepa, Taberna El Faro, Pizzería Roma"),
        "transport": split_words("Renfe, Metro Abono, TaxiYa"),
        "fuel": split_words("Repsol, Gasolinera Sur"),
        "shopping": split_words("El Corte Inglés, Amazon, Moda Clara, Electro Norte"),
        "health": split_words("Farmacia Central, Clínica Alba"),
        "entertainment": split_words("Cines Ideal, Teatro Principal"),
        "cash": split_words("Cajero Harbour Bank, Cajero Plaza"),
    },
    "FR": {
        "groceries": split_words("Carrefour, Monoprix, Marché du Pont"),
        "coffee": split_words("Café des Arts, Boulangerie Petit, Le Zinc"),
        "eating_out": split_words("Bistro Margot, Chez Amine, La Crêpe d'Or"),
        "transport": split_words("SNCF, Navigo, VéloVille"),
        "fuel": split_words("TotalEnergies, Station du Lac"),
        "shopping": split_words("Fnac, Amazon, Maison Lin, Mode Rivoli"),
        "health": split_words("Pharmacie Centrale, Cabinet Faure"),
        "entertainment": split_words("Cinéma Lumière, Théâtre de l'Île"),
        "cash": split_words("DAB Harbour Bank, DAB Gare"),
    },
    "PL": {
        "groceries": split_words("Biedronka, Żabka, Targ Zielony"),
        "coffee": split_words("Kawiarnia Poranna, Cukiernia Róża"),
        "eating_out": split_words("Pierogarnia Babcia, Pizza Napoli, Bar Mleczny"),
        "transport": split_words("PKP Intercity, Bilet ZTM, Taxi Miasto"),
        "fuel": split_words("Orlen, Stacja Północ"),
        "shopping": split_words("Allegro, Empik, Dom i Styl"),
        "health": split_words("Apteka Pod Lwem, Przychodnia Zacisze"),
        "entertainment": split_words("Kino Muza, Teatr Nowy"),
        "cash": split_words("Bankomat Harbour Bank, Bankomat Rynek"),
    },
    "US": {
        "groceries": split_words("Trader Joe's, Kroger, Green Acre Market"),
        "coffee": split_words("Starbucks, Blue Door Coffee, Sunrise Donuts"),
        "eating_out": split_words("Big Sky Diner, Taqueria Luna, Golden Noodle"),
        "transport": split_words("Metro Transit, Yellow Line Cabs, RideNow"),
        "fuel": split_words("Chevron, Prairie Gas"),
        "shopping": split_words("Amazon, Target, Cedar Home, Volt City"),
        "health": split_words("CVS Pharmacy, Main Street Dental"),
        "entertainment": split_words("Grand Cinema, Strike Lanes"),
        "cash": split_words("Harbour Bank ATM, Corner Store ATM"),
    },
    "AE": {
        "groceries": split_words("Lulu Hypermarket, Carrefour UAE, Spice Souk Market"),
        "coffee": split_words("Dallah Café, Date & Bean"),
        "eating_out": split_words("Bait Al Mandi, Creek Grill, Curry Junction"),
        "transport": split_words("Nol Card, Dubai Taxi, Gulf Ride"),
        "fuel": split_words("ADNOC, Enoc"),
        "shopping": split_words("Noon, Amazon.ae, Souk Textiles, Gulf Electronics"),
        "health": split_words("Aster Pharmacy, Gulf Dental Clinic"),
        "entertainment": split_words("Vox Cinemas, Desert Arcade"),
        "cash": split_words("Harbour Bank ATM, Mall ATM"),
    },
}


class Bill(NamedTuple):
    """A household bill: payee, usual pence a month and how strongly winter raises it."""

    merchant: str
    category: str
    pence: int
    winter: float


BILLS: dict[str, tuple[Bill, ...]] = {
    "GB": (Bill("Firth Energy", "energy", 11_500, 0.5), Bill("Albion Water", "water", 3_600, 0.0),
           Bill("Kite Broadband", "internet", 3_200, 0.0), Bill("Giff Mobile", "mobile", 1_500, 0.0),
           Bill("Borough Council Tax", "local_tax", 14_500, 0.0),
           Bill("Shield Mutual Insurance", "insurance", 3_400, 0.0)),
    "IE": (Bill("Emerald Electric", "energy", 11_000, 0.5), Bill("Wavelink", "internet", 3_800, 0.0),
           Bill("Erin Mobile", "mobile", 1_800, 0.0), Bill("Harp Insurance", "insurance", 4_100, 0.0)),
    "DE": (Bill("Stadtwerke Strom & Gas", "energy", 10_500, 0.3),
           Bill("Rundfunkbeitrag", "local_tax", 1_669, 0.0),
           Bill("NetzBlitz DSL", "internet", 3_200, 0.0), Bill("FunkFrei Mobil", "mobile", 1_400, 0.0),
           Bill("Nordschutz Versicherung", "insurance", 3_900, 0.0)),
    "ES": (Bill("Luz del Sur", "energy", 6_800, 0.3), Bill("Aguas de Levante", "water", 2_700, 0.0),
           Bill("Fibra Ya", "internet", 3_500, 0.0), Bill("Móvil Claro", "mobile", 1_300, 0.0),
           Bill("Seguros Norte", "insurance", 2_900, 0.0)),
    "FR": (Bill("Énergie de France Sud", "energy", 9_800, 0.45), Bill("Eaux du Rhône", "water", 2_900, 0.0),
           Bill("FibreNet", "internet", 3_000, 0.0), Bill("Mobil'Air", "mobile", 1_200, 0.0),
           Bill("Mutuelle Horizon", "insurance", 4_200, 0.0)),
    "PL": (Bill("Energia Wisła", "energy", 7_600, 0.4), Bill("Wodociągi Miejskie", "water", 2_200, 0.0),
           Bill("SzybkiNet", "internet", 2_000, 0.0), Bill("HaloMobile", "mobile", 1_000, 0.0)),
    "US": (Bill("Summit Power & Gas", "energy", 11_800, 0.35), Bill("City Water Dept", "water", 3_400, 0.0),
           Bill("Canyon Cable", "internet", 4_900, 0.0), Bill("TrueCell", "mobile", 4_200, 0.0),
           Bill("Heartland Insurance", "insurance", 9_600, 0.0)),
    "AE": (Bill("Emirates Water & Power", "energy", 9_500, -0.45), Bill("Desert Fibre", "internet", 6_800, 0.0),
           Bill("Falcon Mobile", "mobile", 3_100, 0.0)),
}  # fmt: skip

# (name, pence a month, offers a free trial)
SUBSCRIPTIONS = (
    ("StreamBox", 1_099, True), ("TuneRiver Premium", 1_199, True), ("PixelCloud 200 GB", 299, False),
    ("DailyRead News", 999, True), ("FitLoop App", 1_299, True), ("MealCrate", 3_499, True),
    ("KinoNow", 599, True), ("LinguaLeap", 849, True), ("GameVault", 1_299, False),
    ("QuietMind", 499, True), ("ParcelPlus", 899, True), ("Ironworks Gym", 2_999, False),
)  # fmt: skip
