"""Names that fit the country: first names, family names, firms and landlords."""

from __future__ import annotations


def split_words(text: str) -> tuple[str, ...]:
    """Return comma-separated words as a tuple."""
    return tuple(word.strip() for word in text.replace("\n", " ").split(",") if word.strip())


FIRST_NAMES: dict[str, tuple[str, ...]] = {
    "GB": split_words("""Olivia, Amelia, Grace, Freya, Isla, Charlotte, Zara, Priya, Hannah, Megan,
        Eleanor, Ruth, Bronwen, Aisha, Joan, Oliver, George, Harry, Callum, Rhys, Imran, Kwame,
        Thomas, Arthur, Daniel, Owen, Hamish, Samuel, Peter, Adeel"""),
    "IE": split_words("""Aoife, Niamh, Saoirse, Ciara, Orla, Sinéad, Gráinne, Róisín, Emma, Kate,
        Seán, Conor, Cian, Oisín, Pádraig, Eoin, Liam, Declan, Fionn, Jack"""),
    "DE": split_words("""Hannah, Lena, Anna, Sophie, Jürgen, Lukas, Jonas, Maximilian, Felix, Greta,
        Ayşe, Katharina, Uwe, Sabine, Björn, Emre, Paul, Mia, Heike, Stefan"""),
    "ES": split_words("""Lucía, María, Carmen, Paula, Sofía, Nuria, Íñigo, Javier, Hugo, Pablo,
        Álvaro, Mateo, Begoña, Raúl, Marta, Andrés, Inés, Jordi, Pilar, Diego"""),
    "FR": split_words("""Camille, Chloé, Manon, Léa, Élodie, Louise, Fatou, Lucas, Hugo, Théo,
        Antoine, Jérôme, Gaëlle, Noémie, Bastien, Mathieu, Amélie, Yanis, Odile, Marc"""),
    "PL": split_words("""Anna, Katarzyna, Małgorzata, Zofia, Agnieszka, Łucja, Magdalena, Jakub,
        Paweł, Piotr, Michał, Tomasz, Wojciech, Krzysztof, Ewa, Iwona, Stanisław, Jan"""),
    "US": split_words("""Emily, Madison, Ashley, Brianna, Maria, Grace, Naomi, Destiny, Linh, Sarah,
        Jacob, Tyler, Marcus, Jose, Ethan, Andre, Wei, William, Noah, Dwayne"""),
    "AE": split_words("""Fatima, Mariam, Aisha, Noura, Hessa, Shaikha, Ahmed, Mohammed, Khalid, Omar,
        Saeed, Rashid, Anjali, Rahul, Faisal, Layla, Sana, Joseph, Maryam, Yousef"""),
}

FAMILY_NAMES: dict[str, tuple[str, ...]] = {
    "GB": split_words("""Smith, Taylor, Evans, Patel, Khan, Walker, Hughes, Campbell, MacLeod, Begum,
        Wright, Robinson, Okafor, Singh, Davies, Bennett, Ahmed, Foster, Barnes, Griffiths,
        Whitlock, Marsh, Sutherland, Ellison, Hargreaves"""),
    "IE": split_words("""Murphy, Kelly, O'Sullivan, Walsh, Byrne, Ryan, O'Connor, Doyle, McCarthy,
        Gallagher, Ní Bhriain, Kavanagh, Brennan, Quinn, Fitzgerald"""),
    "DE": split_words("""Müller, Schmidt, Schneider, Fischer, Weber, Wagner, Becker, Hoffmann, Schäfer,
        Koch, Yılmaz, Groß, König, Vogel, Krüger"""),
    "ES": split_words("""García López, Fernández Ruiz, González Peña, Martín Ortega, Sánchez Gil,
        Romero Núñez, Iglesias Vidal, Castro Molina, Ibáñez Serra, Vega Muñoz"""),
    "FR": split_words("""Martin, Bernard, Dubois, Lefèvre, Moreau, Girard, Benali, Rousseau, Faure,
        Mercier, Diallo, Gauthier, Perrin, Chevalier, Noël"""),
    "PL": split_words("""Nowak, Wiśniewski, Wójcik, Kowalczyk, Kamiński, Zieliński, Szymański, Dąbrowski,
        Mazur, Król, Wieczorek, Żak, Baran, Sikora, Pawlak"""),
    "US": split_words("""Johnson, Williams, Garcia, Miller, Davis, Martinez, Nguyen, Anderson, Jackson,
        Lee, Thompson, Clark, Rivera, Cooper, Hernandez"""),
    "AE": split_words("""Al Maktoumi, Al Suwaidi, Al Mansoori, Hassan, Al Hashimi, Iyer, Sharma,
        Rahman, Al Ketbi, D'Souza, Farouk, Haddad, Al Nuaimi, Qureshi, Nair"""),
}

EMPLOYERS: dict[str, tuple[str, ...]] = {
    "GB": split_words("""Northbank Logistics Ltd, Calder & Webb LLP, Severn Valley NHS Trust,
        Pennine Software Ltd, Harrow Street Primary School, Ashdown Foods plc, Orbit Rail Ltd"""),
    "IE": split_words("""Liffey Systems DAC, Burren Foods Ltd, St Brigid's Hospital, Corrib Data Ltd,
        Shannonside Transport, Claddagh Design Studio"""),
    "DE": split_words("""Rheinwerk Maschinenbau GmbH, Klinikum Nordstadt, Isar Software AG,
        Hanse Spedition GmbH, Gymnasium am Park, Schwarzwald Optik GmbH"""),
    "ES": split_words("""Levante Logística SL, Hospital Costa Clara, Meseta Software SA,
        Bodegas Tres Ríos SL, Ayuntamiento de Valdesol, Norte Textil SA"""),
    "FR": split_words("""Ateliers du Rhône SAS, Hôpital Saint-Clair, Logiciels Garonne SA,
        Mairie de Valbonne-le-Lac, Transports Armor SARL, Éditions du Pont"""),
    "PL": split_words("""Wisła Logistyka Sp. z o.o., Szpital Miejski Zacisze, Bałtyk Software S.A.,
        Szkoła Podstawowa nr 12, Tatry Meble Sp. z o.o."""),
    "US": split_words("""Blue Mesa Health Inc, Lakeline Software Inc, Cedar County Schools,
        Prairie Freight LLC, Harbor Point Hotels, Ridgeway Foods Corp"""),
    "AE": split_words("""Dune Logistics FZE, Falcon Bay Trading LLC, Al Noor Medical Centre,
        Creek Side Hotels LLC, Palm Grove International School"""),
}

LANDLORDS: dict[str, tuple[str, ...]] = {
    "GB": split_words("Marlowe Lettings, Kingsway Homes, Mrs P Hargreaves, Quayside Property Mgmt"),
    "IE": split_words("Grand Canal Lettings, Mr T Brennan, Eden Quay Homes"),
    "DE": split_words("Hausverwaltung Lindner, Wohnbau Süd eG, Familie Vogel"),
    "ES": split_words("Inmobiliaria Sol y Mar, Dña. Pilar Vega, Pisos Centro SL"),
    "FR": split_words("Agence du Vieux Port, M. Perrin, Foncière Lumière"),
    "PL": split_words("Zarządca Mieszkań Dom, Pan Sikora, Osiedle Zielone"),
    "US": split_words("Maple Court Apartments, Westfield Residential, Oak & Main Rentals"),
    "AE": split_words("Marina Heights Leasing, Al Waha Real Estate, Jumeira Gardens Homes"),
}

FIRMS: dict[str, tuple[str, ...]] = {
    "GB": split_words("""Brightwell Plumbing, Little Acorns Nursery, Fenwick Cleaning,
        Riverside Dental, Oakley Tutoring, Kestrel Garage, Sunrise Window Cleaning"""),
    "IE": split_words("Dunmore Dental, Kilbride Crèche, Atlantic Plumbing, Ballyroe Garage"),
    "DE": split_words("Zahnarztpraxis Dr. Lang, Kita Sonnenschein, Malerbetrieb Kunz, Autohaus Berg"),
    "ES": split_words("Clínica Dental Alba, Guardería El Nido, Reformas Castro, Taller Hermanos Gil"),
    "FR": split_words("Cabinet Dentaire Faure, Crèche Les Lutins, Plomberie Girard, Garage du Centre"),
    "PL": split_words("Gabinet Dentystyczny Uśmiech, Przedszkole Bajka, Warsztat Auto-Król"),
    "US": split_words("Sunny Day Preschool, Main Street Dental, Ortiz Plumbing, Fourth Ave Garage"),
    "AE": split_words("Little Pearls Nursery, Gulf Dental Clinic, Cool Breeze AC Services"),
}
