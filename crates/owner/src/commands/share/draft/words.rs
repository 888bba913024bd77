//! What a draft says, in the languages in which recipients are written to: the owner speaks.
//!
//! Nothing here is filled in but at the end of a line, so no sentence can be broken by what somebody is called.

use api::Language;

/// One language's sentences. A missing one doesn't compile.
pub struct Words {
    /// The link's last eight digits follow.
    pub subject: &'static str,
    pub hello: &'static str,
    /// The link follows, on a line of its own.
    pub lead: &'static str,
    pub token_mailed: &'static str,
    pub token_by_hand: &'static str,
    pub no_token: &'static str,
    /// A time follows, as in the next.
    pub from: &'static str,
    pub until: &'static str,
    /// One of the next three follows; the number stands before the second.
    pub views: &'static str,
    pub once: &'static str,
    pub times: &'static str,
    pub unlimited: &'static str,
    pub network: &'static str,
    pub page: &'static str,
    pub unexpected: &'static str,
}

/// The words of this language.
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Portuguese => &PORTUGUESE,
        Language::Spanish => &SPANISH,
    }
}

const ENGLISH: Words = Words {
    subject: "Something confidential for you, link",
    hello: "Hello,",
    lead: "I am sharing something confidential with you. Please open this link in a browser:",
    token_mailed: "You also need an access token. It comes in a separate message, which Postern, our appliance for this, sends you.",
    token_by_hand: "You also need an access token. I will give it to you another way.",
    no_token: "You need nothing else: whoever has this link can open it. Please pass it on to nobody.",
    from: "It can be opened from:",
    until: "It can be opened until:",
    views: "It can be viewed:",
    once: "once",
    times: "times",
    unlimited: "as often as you need until then",
    network: "The page works only inside our company's network.",
    page: "Opening the page costs nothing and shows nothing yet.",
    unexpected: "If you did not expect this, ask me in a way that you already know before you use it.",
};

const PORTUGUESE: Words = Words {
    subject: "Algo confidencial para você, link",
    hello: "Olá.",
    lead: "Estou compartilhando algo confidencial com você. Por favor, abra este link em um navegador:",
    token_mailed: "Você também precisa de um token de acesso. Ele chega em uma mensagem separada, enviada pelo Postern, o nosso servidor para isso.",
    token_by_hand: "Você também precisa de um token de acesso. Vou entregá-lo a você por outro meio.",
    no_token: "Não é preciso mais nada: quem tiver este link pode abri-lo. Por favor, não o repasse a ninguém.",
    from: "Pode ser aberto a partir de:",
    until: "Pode ser aberto até:",
    views: "Pode ser visto:",
    once: "uma vez",
    times: "vezes",
    unlimited: "quantas vezes for preciso até lá",
    network: "A página só funciona dentro da rede da nossa empresa.",
    page: "Abrir a página não gasta nada e ainda não mostra nada.",
    unexpected: "Se você não esperava por isto, fale comigo por um meio que você já conhece antes de usar.",
};

const SPANISH: Words = Words {
    subject: "Algo confidencial para usted, enlace",
    hello: "Hola:",
    lead: "Comparto con usted algo confidencial. Por favor, abra este enlace en un navegador:",
    token_mailed: "También necesita un token de acceso. Le llegará en un mensaje aparte, enviado por Postern, nuestro servidor para esto.",
    token_by_hand: "También necesita un token de acceso. Se lo haré llegar por otro medio.",
    no_token: "No necesita nada más: quien tenga este enlace puede abrirlo. Por favor, no se lo pase a nadie.",
    from: "Se puede abrir desde:",
    until: "Se puede abrir hasta:",
    views: "Se puede ver:",
    once: "una vez",
    times: "veces",
    unlimited: "tantas veces como haga falta hasta entonces",
    network: "La página solo funciona dentro de la red de nuestra empresa.",
    page: "Abrir la página no gasta nada y todavía no muestra nada.",
    unexpected: "Si no esperaba esto, pregúnteme por un medio que ya conozca antes de usarlo.",
};
