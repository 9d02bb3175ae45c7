//! Who and what is in the demo: people, assistants with what they know, leads with what was said.

/// The password of every demo sign-in.
pub const PASSWORD: &str = "spotlight";

/// A company of the demo.
pub struct CompanyData {
    /// Its name.
    pub name: &'static str,
    /// (name, e-mail, role, tint), the first of them an admin.
    pub people: &'static [(&'static str, &'static str, &'static str, i16)],
    /// Its assistants.
    pub assistants: &'static [AssistantData],
    /// Its leads.
    pub leads: &'static [LeadData],
}

/// An assistant of the demo.
pub struct AssistantData {
    /// Its name.
    pub name: &'static str,
    /// Its public key; fixed, so that the demo site's address never changes.
    pub key: &'static str,
    /// Its lamp.
    pub hue: i16,
    /// Whether it answers.
    pub live: bool,
    /// How it speaks.
    pub persona: &'static str,
    /// What it is there for.
    pub goals: &'static str,
    /// Its first line.
    pub greeting: &'static str,
    /// (title, body) of what it knows.
    pub knowledge: &'static [(&'static str, &'static str)],
    /// (key, label, question, kind) of what it asks.
    pub questions: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Positions in `people` of the reps whose own it is.
    pub reps: &'static [usize],
}

/// A lead of the demo: name, organisation, stage, whole pounds, score, mood, assistant, owner
/// (positions; no owner: 99), minutes since the last message, what was said last.
pub struct LeadData(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub i64,
    pub i16,
    pub &'static str,
    pub usize,
    pub usize,
    pub i64,
    pub &'static str,
);

/// Position that means: nobody's yet.
pub const NOBODY: usize = 99;

const KNOWLEDGE: &[(&str, &str)] = &[
    ("Payback and savings", "A typical commercial roof pays for itself in 5 to 7 years. A 400 kW system makes about 360 MWh a year in the south of England and saves around £84,000 a year at today's tariffs. Panels keep at least 87 % of their output after 25 years."),
    ("Prices", "A commercial system costs about £750 for each kilowatt installed, scaffolding and grid application included. A survey costs nothing. Batteries cost about £420 for each kilowatt hour of storage. Prices are without VAT."),
    ("Warranty and service", "Panels carry a product warranty of 25 years and inverters one of 10 years, which can be extended to 20. Our own engineers watch every system remotely and are on site within 2 working days when something fails."),
    ("Finance", "You can buy the system, lease it over 7 to 12 years, or take a power purchase agreement with nothing to pay at the start. With a lease the payments are usually lower than what the electricity would have cost."),
    ("Planning and grid", "Most commercial roofs need no planning permission. We make the grid application (G99) for you; the network operator usually answers within 45 working days."),
    ("Survey and installation", "A survey takes about 90 minutes on site. From a signed order to a running system it takes 10 to 14 weeks; the work on the roof itself takes 2 to 4 weeks and your business goes on meanwhile."),
    ("Batteries", "A battery pays when you use much electricity after 4 p.m. or pay for peak demand. It can be added later; inverters we install are ready for one."),
    ("Roof types", "We install on trapezoidal steel, standing seam, flat membrane and tiled roofs. Asbestos roofs must be replaced first; we work with two roofers who can do both at once."),
];

const QUESTIONS: &[(&str, &str, &str, &str)] = &[
    ("roof", "Roof area and type", "Roughly how large is the roof, and what is it made of?", "text"),
    ("yearly_use", "Yearly use", "How much electricity do you use in a year, if you know it?", "text"),
    ("owns_building", "Owns the building", "Do you own the building?", "yes_no"),
    ("budget", "Budget", "Is there a budget you would like to stay within?", "money"),
    ("decision_date", "Decision date", "When would you like to decide?", "date"),
];

/// Meridian Solar, whom the demo is about.
pub const MERIDIAN: CompanyData = CompanyData {
    name: "Meridian Solar",
    people: &[
        ("Hannah Weiss", "admin@meridian.test", "admin", 1),
        ("Maya Lindqvist", "manager@meridian.test", "manager", 4),
        ("Tom Okafor", "rep@meridian.test", "sales_rep", 2),
        ("Jess Almeida", "rep2@meridian.test", "sales_rep", 3),
    ],
    assistants: &[
        AssistantData {
            name: "Nora",
            key: "demo-meridian-nora",
            hue: 0,
            live: true,
            persona: "Warm, brief and exact. Says numbers plainly and never promises what is not known.",
            goals: "Find out whether a roof suits solar, answer questions, and get a survey agreed.",
            greeting: "Hello, I'm Nora, the AI assistant of Meridian Solar. Ask me about prices, payback or how a survey works.",
            knowledge: KNOWLEDGE,
            questions: QUESTIONS,
            reps: &[2],
        },
        AssistantData {
            name: "Theo",
            key: "demo-meridian-theo",
            hue: 1,
            live: true,
            persona: "Practical and technical, at home with grid applications and inverters.",
            goals: "Help facilities people with technical questions and find out what their site needs.",
            greeting: "Hello, I'm Theo, the AI assistant for technical questions at Meridian Solar. What is your site like?",
            knowledge: KNOWLEDGE,
            questions: QUESTIONS,
            reps: &[2, 3],
        },
        AssistantData {
            name: "Iris",
            key: "demo-meridian-iris",
            hue: 2,
            live: false,
            persona: "Patient, speaks to people who are new to solar.",
            goals: "Explain the first steps and find out who decides.",
            greeting: "Hello, I'm Iris, the AI assistant of Meridian Solar for first questions about solar.",
            knowledge: KNOWLEDGE,
            questions: QUESTIONS,
            reps: &[3],
        },
    ],
    leads: &[
        LeadData("Priya Raman", "Ashdown Logistics", "new", 84_000, 62, "positive", 0, 1, 2, "Could you ballpark payback on a 400 kW roof before Friday's board?"),
        LeadData("Sofia Marchetti", "Tideway Brewing", "new", 52_000, 58, "positive", 0, 2, 11, "Our bills doubled since March. What's the quickest route?"),
        LeadData("Gareth Pell", "Pell & Sons Joinery", "new", 18_400, 41, "neutral", 0, NOBODY, 38, "Only looking for now. Is there a brochure you can send?"),
        LeadData("Owen Bright", "Stonebridge Leisure", "new", 31_500, 36, "neutral", 1, NOBODY, 62, "Left a note with Theo about the pool-hall roof."),
        LeadData("Mina Kovač", "Fernlea Care Homes", "new", 66_200, 55, "neutral", 0, 2, 121, "Do you work with tenants, or only with freeholders?"),
        LeadData("Rory Maclean", "Glenbrae Distillers", "new", 148_000, 64, "positive", 1, 3, 190, "We could clear the south roof by spring. Would that work?"),
        LeadData("Aisha Rahman", "Northgate Foods", "new", 0, 28, "neutral", 2, NOBODY, 260, "Just checking what grants there are."),
        LeadData("Piotr Zielinski", "Zeta Plastics", "new", 97_500, 52, "neutral", 0, 2, 420, "What happens to the panels if we extend the building?"),
        LeadData("Carys Bevan", "Bevan Print", "new", 22_300, 44, "positive", 2, 3, 610, "Lovely, thank you. I'll ask my brother about the lease."),
        LeadData("Luca Ferri", "Ferri Ceramics", "new", 58_900, 49, "neutral", 0, NOBODY, 900, "Kilns run at night. Does that rule us out?"),
        LeadData("Daniel Osei", "Hartwell Dairy", "contacted", 140_000, 66, "negative", 0, 2, 1, "You promised the numbers on Friday. We're now talking to two others."),
        LeadData("Leila Haddad", "Kestrel Packaging", "contacted", 96_500, 71, "positive", 0, 1, 24, "Tuesday works. I'll have our facilities lead on the call."),
        LeadData("Anneke de Vries", "Oakmere Garden Centres", "contacted", 44_200, 54, "neutral", 2, 3, 182, "Glasshouse roofs can't take load, the car park could."),
        LeadData("Ben Jarrow", "Jarrow Cold Chain", "contacted", 73_000, 49, "neutral", 0, 2, 305, "Sent last year's half-hourly meter data as a CSV."),
        LeadData("Grace Adeleke", "Lightwood School", "contacted", 61_000, 57, "positive", 1, 3, 340, "The governors meet on the ninth. Could you come?"),
        LeadData("Stuart Venn", "Venn Motors", "contacted", 35_800, 38, "negative", 1, 2, 700, "Third time I've explained the roof. Please read your notes."),
        LeadData("Hiroko Sato", "Sato Precision", "contacted", 212_500, 70, "positive", 0, 1, 820, "Two sites now, and perhaps a third. Who do I send the drawings to?"),
        LeadData("Declan Byrne", "Byrne Haulage", "contacted", 48_000, 43, "neutral", 2, 2, 1_150, "Would charging points change the size of the system?"),
        LeadData("Tamsin Crewe", "Crewe Vets", "contacted", 17_600, 51, "positive", 0, 3, 1_500, "That makes sense. Please send the lease figures."),
        LeadData("Marcus Thorne", "Calder Bakery Group", "qualified", 212_000, 88, "positive", 0, 1, 4, "Roof report is clean. Can we lock the survey for 14:30?"),
        LeadData("Inês Carvalho", "Linden School Trust", "qualified", 168_000, 79, "positive", 0, 3, 30, "Governors liked it. Can you outline the finance routes?"),
        LeadData("Joe Whitby", "Whitby Cold Store", "qualified", 118_000, 74, "neutral", 1, 1, 122, "Who handles the grid application, you or us?"),
        LeadData("Amara Nwosu", "Pennant Storage", "qualified", 88_400, 69, "neutral", 0, 2, 6, "Can I speak to a real person about the asbestos survey?"),
        LeadData("Erik Lund", "Lund Timber", "qualified", 134_700, 76, "positive", 1, 2, 480, "Half-hourly data attached. Peak is the kiln at six."),
        LeadData("Bethan Rees", "Rees Textiles", "qualified", 57_200, 63, "neutral", 2, 3, 660, "Is the 10 year inverter warranty included or extra?"),
        LeadData("Omar Farouk", "Farouk Foods", "qualified", 91_300, 72, "positive", 0, 2, 1_020, "We own the building, and the roof is four years old."),
        LeadData("Sinead Walsh", "Walsh Hotels", "qualified", 186_000, 81, "positive", 0, 1, 1_340, "Three hotels. Start with Bath, please."),
        LeadData("Helen Strand", "Marlow Fabrications", "proposal", 240_000, 91, "positive", 0, 1, 9, "Does the battery change the payback?"),
        LeadData("Yusuf Demir", "Vantage Print Works", "proposal", 72_800, 83, "positive", 0, 2, 62, "Finance want the lease and the buy option side by side."),
        LeadData("Kath Rowntree", "Dale End Textiles", "proposal", 91_000, 68, "negative", 2, 3, 4, "Price is well above the other quote. Convince me."),
        LeadData("Nikhil Shah", "Shah Cash & Carry", "proposal", 156_500, 86, "positive", 1, 2, 240, "Nearly there. Legal have one question on the roof licence."),
        LeadData("Eleanor Fitch", "Fitch Orchards", "proposal", 43_900, 71, "neutral", 0, 3, 530, "Could the work wait until after the harvest?"),
        LeadData("Victor Hallam", "Hallam Steel", "proposal", 318_000, 89, "positive", 0, 1, 760, "Board approved up to £320k. Send the final version."),
        LeadData("Zofia Nowak", "Nowak Bakeries", "proposal", 64_300, 77, "positive", 1, 3, 1_260, "Happy with the layout. When do we sign?"),
        LeadData("Ruth Adeyemi", "Saltmarsh Hotels", "won", 126_000, 94, "positive", 0, 3, 180, "Signed. Install starts 12 January."),
        LeadData("Colin Frew", "Frew Farms", "won", 58_900, 90, "positive", 1, 2, 1_440, "Deposit paid by transfer."),
        LeadData("Mei Tanaka", "Harbour Laundry", "won", 81_200, 92, "positive", 0, 1, 2_900, "Great working with you. See you at the kick-off."),
        LeadData("Paul Strachan", "Strachan Joists", "won", 47_500, 87, "positive", 2, 2, 5_800, "Order form is back with you."),
        LeadData("Farah Siddiqui", "Crescent Clinics", "won", 103_400, 93, "positive", 0, 1, 9_400, "Wonderful. The trustees are delighted."),
        LeadData("Nadia Karim", "Elm & Oak Interiors", "lost", 22_000, 24, "neutral", 0, 3, 2_880, "Chose a five-year lease elsewhere."),
        LeadData("Keith Barlow", "Barlow Cycles", "lost", 14_800, 18, "negative", 1, 2, 6_100, "The landlord said no. Sorry."),
        LeadData("Ingrid Solberg", "Fjord Furnishings", "lost", 76_000, 31, "negative", 2, 3, 8_700, "Budget is frozen until next year."),
    ],
};

/// Northwind, the neighbour: what it has, nobody at Meridian ever sees.
pub const NORTHWIND: CompanyData = CompanyData {
    name: "Northwind",
    people: &[("Astrid Holm", "admin@northwind.test", "admin", 5), ("Felix Marsh", "rep@northwind.test", "sales_rep", 1)],
    assistants: &[AssistantData {
        name: "Bo",
        key: "demo-northwind-bo",
        hue: 4,
        live: true,
        persona: "Friendly and short.",
        goals: "Tell farmers what a small turbine can do for them.",
        greeting: "Hello, I'm Bo, the AI assistant of Northwind. Is it about a turbine of your own?",
        knowledge: &[
            ("Turbines", "Our smallest turbine makes about 25 MWh a year at 5 m/s of mean wind. It stands on an 18 metre mast."),
            ("Permission", "A single turbine on a farm usually needs planning permission; we prepare the application."),
        ],
        questions: &[("wind", "Mean wind speed", "Do you know the mean wind speed at your site?", "text")],
        reps: &[1],
    }],
    leads: &[
        LeadData("Isla Grant", "Grant Farm", "new", 38_000, 47, "neutral", 0, 1, 50, "How tall is the mast?"),
        LeadData("Tor Hansen", "Hansen Salmon", "qualified", 122_000, 73, "positive", 0, 1, 300, "Six metres a second, measured for a year."),
        LeadData("Morag Bell", "Bell Croft", "won", 41_000, 88, "positive", 0, 1, 4_000, "The crane is booked."),
    ],
};

/// What visitors have usually said before their last message, with what the assistant answered.
pub const EARLIER: &[(&str, &str)] = &[
    ("Hello, we are looking at solar for our site. Where do we start?", "Good that you ask. A survey takes about 90 minutes on site and costs nothing. Roughly how large is the roof, and what is it made of?"),
    ("How long until something like this pays for itself?", "A typical commercial roof pays for itself in 5 to 7 years. How much electricity do you use in a year, if you know it?"),
    ("We use a fair amount, around 400 MWh I think.", "Thank you, that helps. Do you own the building?"),
    ("What does the warranty cover?", "Panels carry a product warranty of 25 years and inverters one of 10 years. Is there a budget you would like to stay within?"),
];

/// What the simulated visitors say, each in turn, with a pause in between.
pub const SCRIPTS: &[(&str, &[&str])] = &[
    ("Joanna Pike", &["Hi, I'm Joanna Pike from Pike Ceramics. What would a 150 kW roof cost us?", "It's about 900 square metres of steel.", "Around 210 MWh a year.", "Yes, we own it.", "Thanks, very helpful."]),
    ("Samir Haddou", &["Do you install on flat membrane roofs?", "Roughly 2,000 square metres.", "And who makes the grid application?", "We'd like to decide by March.", "Great, that sounds good."]),
    ("Lottie Frame", &["Our bills are far too high. Can a battery help?", "Mostly in the evening, we are a bakery.", "What does a battery cost?", "Hm, that is too expensive for us.", "Is there a lease?"]),
    ("Graham Oyelaran", &["What warranty do you give on inverters?", "And if one fails, how quickly do you come?", "We use about 640 MWh a year.", "Our budget is £120,000.", "Perfect, thank you."]),
];
