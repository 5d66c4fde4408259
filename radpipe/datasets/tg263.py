"""TG-263's names of head and neck, and the spellings that clinics write instead of them.

Each standard name is a primary name of the nomenclature of AAPM's task group 263 (Mayo et al., Int J Radiat Oncol Biol
Phys 2018;100:1057, worksheet of 2017-08-15), checked one by one. A spelling stands here only where it means the same
organ for certain: a canal is no cord, a medulla oblongata no brainstem, a jaw may be both jaws. Targets follow the
report's rule: type, ``p`` or ``n`` for primary or nodal, then a number.
"""

from collections.abc import Mapping

__all__ = ["LEFT", "RIGHT", "SIDED", "TARGET_PARTS", "TARGET_TYPES", "UNSIDED"]

UNSIDED: Mapping[str, tuple[str, ...]] = {
    "Bone_Hyoid": ("hyoid", "hyoid bone", "zungenbein", "os hyoide", "tongbeen"),
    "Bone_Mandible": ("mandible", "mandibula", "lower jaw", "unterkiefer", "mandibule", "onderkaak"),
    "BrachialPlexs": ("brachial plexuses", "both brachial plexus"),
    "Brain": ("gehirn", "hirn", "cerveau", "encephale", "hersenen"),
    "Brainstem": ("brain stem", "hirnstamm", "stammhirn", "hersenstam", "tronc cerebral"),
    "Cartlg_Thyroid": ("thyroid cartilage", "schildknorpel", "cartilage thyroide", "schildkraakbeen"),
    "Cavity_Nasal": ("nasal cavity", "nasenhoehle", "cavite nasale", "fosse nasale", "neusholte"),
    "Cavity_Oral": ("oral cavity", "oralcavity", "mundhoehle", "cavite buccale", "cavite orale", "mondholte"),
    "Cerebellum": ("kleinhirn", "cervelet", "kleine hersenen"),
    "Cricoid": ("cricoid cartilage", "ringknorpel", "cartilage cricoide"),
    "Cricopharyngeus": ("cricopharyngeal inlet", "crico p"),
    "Esophagus": ("oesophagus", "speiseroehre", "slokdarm", "oesophage"),
    "Esophagus_S": (
        "oesophagus cervical",
        "cervical oesophagus",
        "cervical esophagus",
        "esophagus cervical",
        "oesophage cervical",
    ),
    "Eyes": ("both eyes", "augen", "ogen"),
    "Glnd_Sublings": ("sublingual glands",),
    "Glnd_Submands": ("submandibular glands", "both submandibular glands"),
    "Glnd_Thyroid": ("thyroid", "thyroid gland", "schilddruese", "glandula thyreoidea", "thyroide", "schildklier"),
    "Glottis": ("glottic area", "larynx glottic", "glottic larynx"),
    "Hardpalate": ("hard palate", "harter gaumen", "palais dur", "hard gehemelte"),
    "Hypothalmus": ("hypothalamus",),
    "Larynx": ("kehlkopf", "strottenhoofd"),
    "Larynx_SG": ("supraglottic larynx", "larynx supraglottic", "supraglottis", "supraglottic area"),
    "Lips": ("lip", "lippen", "levres"),
    "Musc_Constrict": ("pharyngeal constrictor", "pharyngeal constrictor muscle", "pcm", "pharynx constrictor"),
    "Musc_Constrict_I": ("inferior pharyngeal constrictor", "pcm inferior", "pcm inf", "pharconsinf"),
    "Musc_Constrict_M": ("middle pharyngeal constrictor", "pcm middle", "pcm medius", "pcm med"),
    "Musc_Constrict_S": ("superior pharyngeal constrictor", "pcm superior", "pcm sup", "pharconssup"),
    "Nasopharynx": ("nasenrachen", "rhinopharynx"),
    "OpticChiasm": (
        "chiasm",
        "chiasma",
        "optic chiasm",
        "optic chiasma",
        "opt chiasma",
        "chiasma opticum",
        "chiasma optique",
    ),
    "Oropharynx": ("mundrachen",),
    "Palate_Soft": ("soft palate", "weicher gaumen", "palais mou", "zacht gehemelte"),
    "Parotids": ("both parotids", "parotid glands", "parotiden", "parotides"),
    "Pharynx": ("rachen",),
    "Pituitary": ("pituitary gland", "hypophysis", "hypophyse"),
    "Skin": ("haut", "peau", "huid"),
    "SpinalCanal": ("spinal canal", "vertebral canal", "spinalkanal", "wirbelkanal", "canal rachidien", "wervelkanaal"),
    "SpinalCord": (
        "spinal cord",
        "cord",
        "myelon",
        "myelum",
        "medulla spinalis",
        "rueckenmark",
        "ruggenmerg",
        "moelle epiniere",
    ),
    "Tongue": ("zunge", "langue", "tong"),
    "Tongue_Base": ("base of tongue", "tongue base", "zungengrund", "base de langue", "tongbasis"),
    "Trachea": ("luftroehre", "trachee", "luchtpijp"),
    "VocalCords": ("vocal cords", "stimmlippen", "stimmbaender", "cordes vocales", "stembanden"),
}
"""TG-263 name without a side -> other spellings (English, German, French, Dutch)."""

SIDED: Mapping[str, tuple[str, ...]] = {
    "A_Carotid": ("carotid", "carotid artery", "carotis", "arteria carotis", "a carotis", "carotide"),
    "Arytenoid": ("arytenoid cartilage", "aryknorpel", "stellknorpel"),
    "Bone_Mastoid": ("mastoid",),
    "Bone_Temporal": ("temporal bone",),
    "BrachialPlex": ("brachial plexus", "plexus brachialis", "plexus brachial"),
    "Cerebrum": ("grosshirn",),
    "Cochlea": ("cochlee", "hoerschnecke", "slakkenhuis"),
    "Cornea": ("hornhaut", "cornee", "hoornvlies"),
    "Ear_Internal": ("inner ear", "internal ear", "innenohr", "oreille interne", "binnenoor"),
    "Ear_Middle": ("middle ear", "mittelohr", "oreille moyenne", "middenoor"),
    "Eye": ("eyeball", "globe", "auge", "oeil", "oog"),
    "Glnd_Lacrimal": ("lacrimal gland", "lacrimal", "traenendruese", "glande lacrymale", "traanklier"),
    "Glnd_Subling": ("sublingual gland", "glandula sublingualis", "glande sublinguale"),
    "Glnd_Submand": (
        "submandibular gland",
        "submandibular",
        "submandibula",
        "smg",
        "glandula submandibularis",
        "unterkieferspeicheldruese",
        "glande sous maxillaire",
        "glande submandibulaire",
        "glande sous mandibulaire",
        "onderkaakspeekselklier",
    ),
    "Hippocampus": ("hippocampe",),
    "Joint_TM": (
        "tmj",
        "temporomandibular joint",
        "kiefergelenk",
        "atm",
        "articulation temporo mandibulaire",
        "kaakgewricht",
    ),
    "Lens": ("lense", "linse", "augenlinse", "cristallin", "ooglens"),
    "Lobe_Temporal": ("temporal lobe", "temporallappen", "lobe temporal", "temporaalkwab"),
    "Maxilla": ("oberkiefer", "maxillaire superieur", "bovenkaak"),
    "Musc_Masseter": ("masseter", "masseter muscle", "musculus masseter"),
    "Musc_Sclmast": ("sternocleidomastoid", "sternocleidomastoideus"),
    "OpticNrv": (
        "optic nerve",
        "opt nerve",
        "optic nrv",
        "sehnerv",
        "nervus opticus",
        "n opticus",
        "nerf optique",
        "oogzenuw",
    ),
    "Orbit": ("orbita", "augenhoehle", "orbite", "oogkas"),
    "Parotid": ("parotid gland", "parotis", "ohrspeicheldruese", "parotide", "oorspeekselklier"),
    "Retina": ("netzhaut", "retine", "netvlies"),
    "Sinus_Maxilry": ("maxillary sinus", "kieferhoehle", "sinus maxillaire", "kaakholte"),
    "VocalCord": ("vocal cord", "stimmlippe", "corde vocale", "stemband"),
    "V_Jugular_Int": ("internal jugular vein", "jugularis interna"),
}
"""TG-263 name before ``_L`` and ``_R`` -> other spellings; the side is read apart."""

LEFT = ("l", "left", "lt", "lft", "li", "links", "linke", "linker", "linkes", "gauche")
RIGHT = ("r", "right", "rt", "rgt", "re", "rechts", "rechte", "rechter", "rechtes", "droite", "droit")
"""Words for the sides."""

TARGET_TYPES = ("GTV", "CTV", "PTV", "ITV", "IGTV", "ICTV")
TARGET_PARTS: Mapping[str, tuple[str, ...]] = {
    "p": ("p", "t", "prim", "primary", "primaer", "primaire", "primair"),
    "n": (
        "n",
        "ln",
        "lk",
        "node",
        "nodes",
        "nodal",
        "lymphnode",
        "lymphnodes",
        "lymphknoten",
        "ganglion",
        "ganglions",
        "klier",
        "klieren",
    ),
}
"""Part of a target -> how it is written behind the type; GTV_T is the primary of T and N."""
