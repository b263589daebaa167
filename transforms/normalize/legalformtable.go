package normalize

// stateWords follow the legal form of a firm that is being set up or wound up.
const stateWords = "=io; in oprichting; en formation; en constitution; in grundung; in vereffening; en liquidation; in liquidatie; in liquidation; in faillissement; en faillite"

// legalFormTable holds a line per legal form: code, "person" for a natural
// person's, labels by language, and after the colon the folded spellings ("and"
// for every and-sign). Dots are gone by then: B.V.B.A. is bvba, Comm.V is
// "comm v". Marks before a spelling:
//
//	^  also in front of the name      <  only in front
//	*  anywhere in the name           @  only in its own country
//	!  abolished, replaced by this    =  only in capitals or dotted
//	~  not with one capital
const legalFormTable = `
BE-BV nl=BV, fr=SRL, de=GmbH : ^bv; ^srl; @gmbh; *!bvba; *!sprl; *!ebvba; *!sprlu; !ebvba s; !sprl s; !bvba starter; !sprl starter; !bvba so; !sprl fs; !pgmbh; ^!bv bvba; !bv ovv bvba; !bvv bvba; !bvbvba; ^!sc sprl; !scsprl; !sprl unipersonnelle; ^besloten vennootschap; ^!besloten vennootschap met beperkte aansprakelijkheid; ^@societe a responsabilite limitee; ^!societe privee a responsabilite limitee; !b v b a; !s p r l; bv so; srl fs; bv pr; srl dpu
BE-NV nl=NV, fr=SA, de=AG : ^nv; ^~sa; @~ag; ^naamloze vennootschap; ^@societe anonyme; bv nv; bv ovv nv; sc sa; nv so; sa fs; nv van publiek recht; sa de droit public; nv pr; sa dpu; !*comm va; !@cva; !@sca; !commva; ^!commanditaire vennootschap op aandelen; ^!@societe en commandite par actions
BE-CV nl=CV, fr=SC, de=Gen. : cv; @=sc; *!cvba; *!scrl; !cvba so; !scrl fs; ^!bv cvba; !bv ovv cvba; ^!sc scrl; !scscrl; ^@cooperatieve vennootschap; ^@societe cooperative; ^!cooperatieve vennootschap met beperkte aansprakelijkheid; ^!societe cooperative a responsabilite limitee; cv so; !cvba vso; cv erkend als so; @coop; sc agreee; cv es
BE-COMMV nl=CommV, fr=SComm, de=KommG : *commv; *scomm; ^!comm v; ^!s comm; !*gcv; ^!@scs; !bv gcv; !bv commv; !bv comm v; !sc scs; ^@commanditaire vennootschap; ^!gewone commanditaire vennootschap; ^@societe en commandite; ^!@societe en commandite simple; @kommg
BE-VOF nl=VOF, fr=SNC, de=OHG : ^vof; ^snc; @ohg; ^@vennootschap onder firma; ^@societe en nom collectif; bv vof; sc snc; *!cvoa; *!scri; !@esv; !@gie; !@=lv; !landbouwvennootschap; ^!s agr; ^!@societe agricole; !bv lv; !@sagr
BE-MS nl=maatschap, fr=société simple, de=einfache Gesellschaft : ^@maatschap; ^@burgerlijke maatschap; ^societe simple; ^!@societe de droit commun; ^!tijdelijke maatschap; ^!stille maatschap; ^!@tijdelijke handelsvennootschap; ^!societe momentanee; ^!tijdelijke vereniging; !@=thv
BE-VZW nl=VZW, fr=ASBL, de=VoG : *vzw; *asbl; @vog; ^vereniging zonder winstoogmerk; ^@association sans but lucratif; vzw pr; asbl dpu; ^!@beroepsvereniging; ^!@union professionnelle
BE-IVZW nl=IVZW, fr=AISBL, de=IVoG, en=INPA : *ivzw; *aisbl; ivog; ^internationale vereniging zonder winstoogmerk; ^association internationale sans but lucratif
BE-PS nl=private stichting, fr=fondation privée, de=Privatstiftung : ^private stichting; ^fondation privee; ^@privatstiftung; ^@stichting
BE-SON nl=stichting van openbaar nut, fr=fondation d'utilité publique, de=gemeinnützige Stiftung : ^stichting van openbaar nut; ^@fondation d utilite publique; @=fup
BE-VME nl=VME, fr=ACP : *vme; ^@acp; ^vereniging van mede eigenaars; ^@association des coproprietaires
BE-EESV nl=EESV, fr=GEIE, de=EWIV : eesv; geie; @ewiv
BE-SE nl=SE, fr=SE, de=SE : @=se; @societas europaea
BE-SCE nl=SCE, fr=SCE, de=SCE : @=sce
BE-EP person nl=eenmanszaak, fr=entreprise individuelle, de=Einzelunternehmen, en=sole trader : ^eenmanszaak; ^@entreprise individuelle; ^@einzelunternehmen; @personne physique; @natuurlijk persoon; @entreprise personne physique; @onderneming natuurlijk persoon; @zelfstandige; @sole trader
NL-BV nl=BV : ^bv; ^@besloten vennootschap; ^@besloten vennootschap met beperkte aansprakelijkheid; bv ua
NL-NV nl=NV : ^nv; ^@naamloze vennootschap
NL-VOF nl=VOF : ^vof; ^vennootschap onder firma
NL-CV nl=CV : cv; ^@commanditaire vennootschap
NL-COOP nl=coöperatie : <@cooperatie; <@cooperatieve vereniging; <@coop; @cooperatie ua; @cooperatief ua; @=ua; @cooperatie; @cooperatie u a; @u a; @cooperatie ba
NL-ST nl=stichting : ^stichting
NL-VER nl=vereniging : ^@vereniging
NL-EM person nl=eenmanszaak, en=sole trader : ^eenmanszaak; @zzp; @zzper
NL-MS nl=maatschap : ^maatschap
NL-OWM nl=OWM : ^owm; <@onderlinge waarborgmaatschappij
NL-VVE nl=VvE : <@vve; <@vereniging van eigenaars; <@vereniging van eigenaren
NL-SE nl=SE : @=se
NL-SCE nl=SCE : @=sce
NL-EESV nl=EESV : @eesv
FR-SARL fr=SARL : *sarl; sarl au; @s a r l; ^@societe a responsabilite limitee
FR-EURL fr=EURL : *eurl; ^entreprise unipersonnelle a responsabilite limitee
FR-SAS fr=SAS : ^@sas; =sas; ^societe par actions simplifiee
FR-SASU fr=SASU : *sasu; ^societe par actions simplifiee unipersonnelle
FR-SA fr=SA : ^~sa; ^@societe anonyme
FR-SNC fr=SNC : ^snc; ^societe en nom collectif
FR-SCS fr=SCS : ^scs; ^@societe en commandite simple
FR-SCA fr=SCA : ^sca; ^@societe en commandite par actions
FR-SCI fr=SCI : *sci; ^societe civile immobiliere
FR-SC fr=société civile : ^@societe civile; ^@societe civile professionnelle; ^@scp; ^@scm; ^@=sc; ^@sccv
FR-SCEA fr=SCEA : ^scea
FR-EARL fr=EARL : ^@earl; ^exploitation agricole a responsabilite limitee
FR-GAEC fr=GAEC : ^gaec
FR-SELARL fr=SELARL : *selarl; ^selarlu
FR-SELAS fr=SELAS : *selas; ^selasu
FR-SCOP fr=SCOP : ^@scop; scop sa; scop sarl; ^scic
FR-GIE fr=GIE : ^@gie; ^@groupement d interet economique
FR-ASSO fr=association : association loi 1901; ^@association loi 1901
FR-GEIE fr=GEIE : @geie
FR-SE fr=SE : @=se
FR-EI person fr=EI, en=sole trader : ^@=ei; ^eirl; ^@entreprise individuelle; ^@auto entrepreneur; ^@autoentrepreneur; ^@micro entreprise; ^@micro entrepreneur; ^@entrepreneur individuel; ^@auto entreprise
LU-SARL fr=S.à r.l., de=GmbH : ^@sarl; ^sa rl; ^@societe a responsabilite limitee; @gmbh; @s a r l
LU-SARLS fr=S.à r.l.-S : ^sarl s; ^sa rl s; ^sarls; ^@societe a responsabilite limitee simplifiee
LU-SA fr=S.A., de=AG : ^@~sa; @~ag; ^@societe anonyme; sa spf; sa soparfi; @sa sicar
LU-SAS fr=S.A.S. : ^@sas; ^@societe par actions simplifiee
LU-SCS fr=SECS : ^secs; ^@scs; ^@societe en commandite simple
LU-SCA fr=SECA : ^seca; ^@sca; ^@societe en commandite par actions
LU-SCSP fr=SCSp : ^scsp; ^secsp; ^societe en commandite speciale
LU-SNC fr=SENC : ^senc; ^@snc; ^@societe en nom collectif
LU-SC fr=société coopérative : ^@societe cooperative; @=sc; @scop
LU-SCI fr=SCI : ^@sci; ^@societe civile; ^@societe civile immobiliere
LU-ASBL fr=a.s.b.l. : *@asbl; ^@association sans but lucratif
LU-GIE fr=GIE : @gie
LU-SE fr=SE : @=se
LU-EI person fr=entreprise individuelle, de=Einzelunternehmen, en=sole trader : ^@entreprise individuelle; ^@=ei; ^@einzelunternehmen
DE-GMBH de=GmbH : ^gmbh; ^mbh; g mbh; gesellschaft mit beschrankter haftung; gesellschaft mbh; ges mbh; gesmbh
DE-GGMBH de=gGmbH : ggmbh; gemeinnutzige gmbh
DE-UG de=UG (haftungsbeschränkt) : @=ug; ug haftungsbeschrankt; @ug hb; unternehmergesellschaft; unternehmergesellschaft haftungsbeschrankt
DE-AG de=AG : ~ag; ^aktiengesellschaft
DE-KG de=KG : kg; kommanditgesellschaft; gmbh and co kg; gmbh and co; gmbh co kg; gmbh kg; ag and co kg; se and co kg; ug and co kg; ug haftungsbeschrankt and co kg; stiftung and co kg; gmbh and cokg; gmbh and compagnie kg; kgaa and co kg; and co kg
DE-KGAA de=KGaA : kgaa; kommanditgesellschaft auf aktien; gmbh and co kgaa; se and co kgaa; ag and co kgaa
DE-OHG de=OHG : ohg; offene handelsgesellschaft; gmbh and co ohg
DE-EG de=eG : @=eg; eingetragene genossenschaft
DE-EV de=e.V. : =ev; eingetragener verein
DE-GBR de=GbR : gbr; gesellschaft burgerlichen rechts
DE-EK person de=e.K., en=sole trader : =ek; e kfm; e kfr; e kffr; ekfm; ekfr; ekffr; e kaufmann; e kauffrau; eingetragener kaufmann; eingetragene kauffrau; ^@einzelunternehmen; @einzelfirma
DE-PARTG de=PartG : partg; partnerschaftsgesellschaft; @partnerschaft; partg mbb; partgmbb; part mbb; part g mbb; partnerschaft mbb
DE-STIFTUNG de=Stiftung : @stiftung
DE-SE de=SE : @=se
DE-VVAG de=VVaG : vvag; versicherungsverein auf gegenseitigkeit
GB-LTD en=Ltd : ltd; limited; private limited company; cyf; cyfyngedig; co ltd; company limited; limitd; pvt ltd; private limited; company ltd; co limited
GB-PLC en=PLC : plc; public limited company; ccc; cwmni cyfyngedig cyhoeddus
GB-LLP en=LLP : llp; limited liability partnership; pac
GB-LP en=LP : @=lp; @limited partnership
GB-CIC en=CIC : @cic; community interest company
GB-CIO en=CIO : @=cio; charitable incorporated organisation
GB-SOLE person en=sole trader : sole trader; sole proprietor
IE-LTD en=Ltd : @ltd; @limited; teo; teoranta; @co ltd
IE-PLC en=PLC : @plc
IE-DAC en=DAC : dac; designated activity company
US-INC en=Inc. : inc; incorporated
US-CORP en=Corp. : corp; corporation
US-LLC en=LLC : llc; limited liability company
AT-GMBH de=GmbH : @gmbh; @gesmbh; @ges mbh; @gesellschaft mbh
AT-AG de=AG : @~ag
AT-KG de=KG : @kg; @gmbh and co kg
AT-EU person de=e.U., en=sole trader : @=eu; eingetragener unternehmer
CH-AG de=AG, fr=SA : @~ag; @~sa
CH-GMBH de=GmbH, fr=Sàrl : @gmbh; ^@sarl
IT-SRL it=S.r.l. : ^@srl; ^@srls; srl unipersonale
IT-SPA it=S.p.A. : @spa; =spa
ES-SL es=S.L. : @sl; =sl; slu; sociedad limitada
ES-SA es=S.A. : @~sa; @sau; sociedad anonima
PT-LDA pt=Lda. : lda; limitada; unipessoal lda
PT-SA pt=S.A. : @~sa
DK-APS da=ApS : aps; anpartsselskab
DK-AS da=A/S : @as; a s; aktieselskab
SE-AB sv=AB : @ab; =ab; aktiebolag; ab publ
FI-OY fi=Oy : oy; oyj; osakeyhtio
NO-AS no=AS : @as; asa
PL-SPZOO pl=Sp. z o.o. : sp zoo; sp z oo; sp z o o; spolka z oo; spolka z ograniczona odpowiedzialnoscia
PL-SA pl=S.A. : @~sa
CZ-SRO cs=s.r.o. : sro; spol sro; spol s ro
`
